"""Which misspelt words of a need the search took for which words of an offer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from smezhnik.matching.asked import Vectors
from smezhnik.matching.bulk import tokenise_all
from smezhnik.matching.candidates import Pairs

#: Row of the pair, and pairs of spellings: as the need has it, as the offer has it.
SCHEMA = {"row": pl.UInt32(), "corrected": pl.List(pl.List(pl.String))}


def corrected_words(vectors: Vectors, terms: Sequence[str], offers: pl.Series, pairs: Pairs) -> pl.DataFrame:
    """The corrections that bear on each pair; no row for pairs without any.

    Parameters
    ----------
    vectors : what the needs asked of the index
    terms : keys of the index
    offers : texts of the offers
    pairs : rows of the needs of ``vectors`` and of ``offers``
    """
    asking = np.repeat(np.arange(len(vectors.indptr) - 1), np.diff(vectors.indptr))[vectors.corrected]
    if not len(asking):
        return pl.DataFrame(schema=SCHEMA)
    asked = pl.DataFrame({
        "need": asking, "key": [terms[term] for term in vectors.term[vectors.corrected]],
        "written": [vectors.surfaces[surface] for surface in vectors.surface[vectors.corrected]],
    })
    rows = pl.DataFrame({"need": pairs.need, "offer": pairs.offer}).with_row_index("row").join(asked, on="need")
    told = rows["offer"].unique().sort()
    tokens = tokenise_all(offers.gather(told))
    stated = pl.DataFrame({
        "offer": np.repeat(told.to_numpy(), np.diff(tokens.indptr)),
        "key": [tokens.keys[token] for token in tokens.token],
        "meant": [tokens.surfaces[token] for token in tokens.token],
    }).unique(["offer", "key"], keep="first", maintain_order=True)
    found = rows.join(stated, on=["offer", "key"]).sort("row", "written", "meant")
    return found.group_by("row", maintain_order=True).agg(pl.concat_list("written", "meant").alias("corrected"))
