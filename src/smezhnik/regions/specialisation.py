"""Where a region is strong and how its structure differs: quotients, growth, structure, peers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.errors import InputError
from smezhnik.regions.panel import Panel

Floats = NDArray[np.float64]

#: Quantile of the normal distribution for an interval of 95 %.
Z95 = 1.959963984540054


def calc_location_quotient(values: Floats) -> Floats:
    """Specialisation of each region in each activity; of exports it is called revealed comparative advantage.

    LQ[r, i] = (x[r, i] / x[r, .]) / (x[., i] / x[., .]); 0 where the region or the activity has no output.

    Parameters
    ----------
    values : [R, P] x ≥ 0, any one unit

    Returns
    -------
    [R, P], no unit, ≥ 0; weighted with x[r, .] / x[., .] its mean over regions is 1 for every activity with output

    References
    ----------
    Florence, "Investment, location and size of plant" (1948); Balassa, "Trade liberalisation and 'revealed' comparative
    advantage", The Manchester School 33 (1965), 99–123.
    """
    rows, columns = values.sum(axis=1), values.sum(axis=0)
    row_scale = np.divide(1.0, rows, out=np.zeros_like(rows), where=rows > 0)
    column_scale = np.divide(1.0, columns, out=np.zeros_like(columns), where=columns > 0)
    return np.asarray((values * row_scale[:, None]) * (column_scale * columns.sum()))


def calc_quotient_interval(counts: Floats, z: float = Z95) -> tuple[Floats, Floats]:
    """Interval of the location quotient of counts (firms, jobs), honest for small ones.

    Wilson's interval of the share n[r, i] / n[r, .], divided by the share of the activity in the country, which is
    taken as known:  (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n) / q.

    Parameters
    ----------
    counts : [R, P] n ≥ 0, whole numbers; nan where unknown
    z : quantile of the normal distribution; 1.96 for 95 %

    Returns
    -------
    low, high : [R, P]; nan where the region counts nothing, the activity has no count anywhere, or a count is unknown

    References
    ----------
    Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American Statistical
    Association 22 (1927), 209–212.
    """
    rows, columns = counts.sum(axis=1, keepdims=True), counts.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = counts / rows
        country = columns / columns.sum()
        middle = share + z**2 / (2 * rows)
        reach = z * np.sqrt(share * (1 - share) / rows + z**2 / (4 * rows**2))
        scale = (1 + z**2 / rows) * np.where(country > 0, country, np.nan)
        return np.asarray(np.maximum(middle - reach, 0.0) / scale), np.asarray((middle + reach) / scale)


def location_quotients(panel: Panel) -> pl.DataFrame:
    """Location quotients of every year.

    The quotient is that of the values. Money has no sampling error, so its certainty is judged by the number of firms:
    ``certain`` says whether the interval of the quotient of firms leaves out 1.

    Returns
    -------
    frame, one row per year, territory present in it and activity with output somewhere in it
        value, share (0…1 of the territory), country_share (0…1), lq; firms, lq_firms, lq_low, lq_high (95 %, of firms),
        certain (higher, lower or unclear); the last five absent where the number of firms is unknown

    Raises
    ------
    CannotSay where a year has fewer than two regions or two activities.
    """
    return pl.concat(_quotients(panel, place) for place in range(len(panel.years)))


def _quotients(panel: Panel, year: int) -> pl.DataFrame:
    values, names = panel.flat(year)
    kept = np.flatnonzero(values.sum(axis=0) > 0)
    values = values[:, kept]
    total = values.sum(axis=0)
    columns = {
        "value": values, "share": values / values.sum(axis=1, keepdims=True),
        "country_share": np.broadcast_to(total / total.sum(), values.shape), "lq": calc_location_quotient(values),
    }
    if panel.firms is not None:
        firms = panel.firms[year][panel.present[year]][:, kept]
        low, high = calc_quotient_interval(firms)
        known = ~np.isnan(firms).any(axis=1)
        quotient = np.full_like(firms, np.nan)
        quotient[known] = calc_location_quotient(firms[known])
        columns |= {"firms": firms, "lq_firms": quotient, "lq_low": low, "lq_high": high}
    activities = [panel.activities[place] for place in kept]
    frame = pl.DataFrame({"territory": [name for name in names for _ in activities],
                          "activity": activities * len(names)}
                         | {name: array.ravel() for name, array in columns.items()})
    for name in ("firms", "lq_firms", "lq_low", "lq_high"):
        if name not in frame.columns:
            frame = frame.with_columns(pl.lit(None, pl.Float64).alias(name))
    certain = (pl.when(pl.col("lq_low") > 1).then(pl.lit("higher")).when(pl.col("lq_high") < 1).then(pl.lit("lower"))
               .when(pl.col("lq_low").is_not_null()).then(pl.lit("unclear")))
    return (frame.with_columns(pl.col(pl.Float64).fill_nan(None))
            .with_columns(year=pl.lit(panel.years[year], pl.Int64), firms=pl.col("firms").cast(pl.Int64),
                          certain=certain)
            .select("year", "territory", "activity", "value", "share", "country_share", "lq", "firms", "lq_firms",
                    "lq_low", "lq_high", "certain"))


def shift_share(panel: Panel, first: int | None = None, last: int | None = None) -> pl.DataFrame:
    """Why output changed: the country's growth, the mix of activities, the region's own part.

    national = x₀ G;  mix = x₀ (Gᵢ − G);  own = x₁ − x₀ (1 + Gᵢ);  national + mix + own = x₁ − x₀ exactly. G is the
    growth of the country, Gᵢ that of the activity in it (0 where it began from nothing: all of it is then the region's
    own).

    Parameters
    ----------
    first, last : years; by default the first and the last of the panel

    Returns
    -------
    frame, one row per territory present in both years and activity with output in one of them
        value_first, value_last, change, growth (share; absent where it began from nothing), national, mix, own (unit of
        the values)

    References
    ----------
    Dunn, "A statistical and analytical technique for regional analysis", Papers of the Regional Science Association 6
    (1960), 97–112.
    """
    a = panel.year(panel.years[0] if first is None else first)
    b = panel.year(last)
    if a >= b:
        raise InputError("panel_span", first=panel.years[a], last=panel.years[b])
    both = np.flatnonzero(panel.present[a] & panel.present[b])
    before, after = panel.values[a, both], panel.values[b, both]
    country = after.sum() / before.sum() - 1
    whole = before.sum(axis=0)
    growth = np.divide(after.sum(axis=0), whole, out=np.ones_like(whole), where=whole > 0) - 1
    national = before * country
    frame = pl.DataFrame({
        "territory": [panel.regions[row] for row in both for _ in panel.activities],
        "activity": list(panel.activities) * len(both), "value_first": before.ravel(), "value_last": after.ravel(),
        "change": (after - before).ravel(), "national": national.ravel(), "mix": (before * growth - national).ravel(),
        "own": (after - before * (1 + growth)).ravel()})
    grown = pl.when(pl.col("value_first") > 0).then(pl.col("value_last") / pl.col("value_first") - 1)
    return frame.filter((pl.col("value_first") > 0) | (pl.col("value_last") > 0)).select(
        pl.lit(panel.years[a], pl.Int64).alias("first"), pl.lit(panel.years[b], pl.Int64).alias("last"), "territory",
        "activity", "value_first", "value_last", "change", grown.alias("growth"), "national", "mix", "own")


def calc_entropy(shares: Floats) -> Floats:
    """Entropy of each row of shares, bits: Σ s log₂(1/s); 0 for a row with one activity, nan for an empty one."""
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(np.where(shares.sum(axis=1) > 0, np.abs((shares * logs).sum(axis=1)), np.nan))


def calc_varieties(shares: Floats, groups: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Unrelated and related variety, bits; their sum is the entropy exactly.

    unrelated = Σ_g P_g log₂(1/P_g);  related = Σ_g P_g Σ_{i∈g} (s_i/P_g) log₂(P_g/s_i).

    Parameters
    ----------
    shares : [R, P] rows sum to 1
    groups : [P] number of the group of each activity

    References
    ----------
    Frenken, Van Oort, Verburg, "Related variety, unrelated variety and regional economic growth", Regional Studies 41
    (2007), 685–697, equations 1–3.
    """
    member = groups[:, None] == np.unique(groups)[None, :]
    whole = shares @ member
    unrelated = calc_entropy(whole)
    of_group = whole @ member.T
    ratio = np.divide(shares, of_group, out=np.ones_like(shares), where=shares > 0)
    return unrelated, np.asarray(-(shares * np.log2(ratio)).sum(axis=1))


def structures(panel: Panel, groups: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Structure of each territory in every year.

    With s[i] the shares of the territory and c[i] those of the country:
    krugman = Σ |s − c| (0 the same structure … 2 nothing in common); herfindahl = Σ s²; equivalent = 1 / Σ s², the
    number of equal activities with the same concentration; entropy = Σ s log₂(1/s) = unrelated + related;
    hachman = 1 / Σ s²/c (1 the structure of the country, near 0 unlike it).

    Parameters
    ----------
    groups : activity → group within which activities are related. By default the first two digits of the codes; where
        the activities are no codes, or all codes are that short, the two varieties are absent

    References
    ----------
    Krugman, "Geography and trade" (1991), 75–76; Hirschman, "The paternity of an index", American Economic Review 54
    (1964), 761; Theil, "Statistical decomposition analysis" (1972); Frenken et al. (2007); Hachman, "Economic report to
    the Governor of Utah" (1995).
    """
    groups = _default_groups(panel.activities) if groups is None else groups
    lacking = [activity for activity in panel.activities if activity not in groups] if groups else []
    if lacking:
        raise InputError("panel_groups", missing=lacking[:10])
    frames = []
    for place, year in enumerate(panel.years):
        values, names = panel.flat(place)
        shares = values / values.sum(axis=1, keepdims=True)
        country = values.sum(axis=0) / values.sum()
        against = np.divide(np.square(shares), country, out=np.zeros_like(shares), where=country > 0).sum(axis=1)
        concentration = np.square(shares).sum(axis=1)
        unrelated = related = np.full(len(names), np.nan)
        if groups:
            codes = np.unique([groups[activity] for activity in panel.activities], return_inverse=True)[1]
            unrelated, related = calc_varieties(shares, codes)
        frames.append(pl.DataFrame({
            "territory": names, "value": values.sum(axis=1), "activities": (values > 0).sum(axis=1),
            "krugman": np.abs(shares - country).sum(axis=1), "herfindahl": concentration,
            "equivalent": 1 / concentration, "entropy": calc_entropy(shares), "unrelated": unrelated,
            "related": related, "hachman": 1 / against}).with_columns(pl.col(pl.Float64).fill_nan(None))
            .select(pl.lit(year, pl.Int64).alias("year"), pl.all()))
    return pl.concat(frames)


def _default_groups(activities: tuple[str, ...]) -> Mapping[str, str]:
    """The first two digits; empty where some activity is no code or no code is longer."""
    digits = {activity: activity.replace(".", "") for activity in activities}
    if not all(code.isdigit() and len(code) > 1 for code in digits.values()) or max(map(len, digits.values())) < 3:
        return {}
    return {activity: code[:2] for activity, code in digits.items()}


def concentrations(panel: Panel) -> pl.DataFrame:
    """Locational Gini of each activity in every year: how unevenly it lies over the territories.

    Territories stand by location quotient, ascending; against the running share of all output stands the running share
    of the activity; gini = 1 − Σ_k (X_k − X_{k−1})(Y_k + Y_{k−1}); 0 as output lies, near 1 in one small territory.

    References
    ----------
    Hoover, "The measurement of industrial localization", Review of Economics and Statistics 18 (1936), 162–171;
    Krugman, "Geography and trade" (1991), 55–59.
    """
    frames = []
    for place, year in enumerate(panel.years):
        values, names = panel.flat(place)
        kept = np.flatnonzero(values.sum(axis=0) > 0)
        values = values[:, kept]
        shares = values / values.sum(axis=0)
        base = np.broadcast_to((values.sum(axis=1) / values.sum())[:, None], shares.shape)
        order = np.argsort(shares / base, axis=0, kind="stable")
        reached = np.cumsum(np.take_along_axis(shares, order, 0), axis=0)
        wide = np.take_along_axis(base, order, 0)
        gini = 1 - (wide * (reached + np.vstack([np.zeros_like(reached[:1]), reached[:-1]]))).sum(axis=0)
        top = values.argmax(axis=0)
        frames.append(pl.DataFrame({
            "year": pl.Series([year] * len(kept), dtype=pl.Int64),
            "activity": [panel.activities[column] for column in kept], "value": values.sum(axis=0),
            "territories": (values > 0).sum(axis=0), "gini": np.maximum(gini, 0.0),
            "largest": [names[row] for row in top], "largest_share": shares.max(axis=0)}))
    return pl.concat(frames)


def colocations(panel: Panel, year: int | None = None) -> pl.DataFrame:
    """Activities that lie in the same territories.

    With s[r, i] the share of the territory in the activity and x[r] the mean of these shares over activities:
    coagglomeration γ = Σ_r (s[r, i] − x[r]) (s[r, j] − x[r]) / (1 − Σ_r x[r]²); correlation is that of (s − x).

    Returns
    -------
    frame, one row per pair of activities (each once), highest coagglomeration first, then by code
        a, b, coagglomeration, correlation (absent where an activity lies exactly as the mean)

    References
    ----------
    Ellison, Glaeser, Kerr, "What causes industry agglomeration? Evidence from coagglomeration patterns", American
    Economic Review 100 (2010), 1195–1213, equation 1; Porter, "The economic performance of regions", Regional Studies
    37 (2003), 549–578: correlation over regions.
    """
    values, _ = panel.flat(panel.year(year))
    kept = np.flatnonzero(values.sum(axis=0) > 0)
    shares = values[:, kept] / values[:, kept].sum(axis=0)
    mean = shares.mean(axis=1, keepdims=True)
    excess = shares - mean
    gamma = excess.T @ excess / (1 - np.square(mean).sum())
    centred = excess - excess.mean(axis=0)
    norm = np.sqrt(np.square(centred).sum(axis=0))
    scale = np.outer(norm, norm)
    correlation = np.divide(centred.T @ centred, scale, out=np.full_like(scale, np.nan), where=scale > 1e-30)
    left, right = np.triu_indices(len(kept), 1)
    names = np.array([panel.activities[column] for column in kept], object)
    return pl.DataFrame({"a": names[left].tolist(), "b": names[right].tolist(), "coagglomeration": gamma[left, right],
                         "correlation": np.clip(correlation[left, right], -1, 1)},
                        schema={"a": pl.String, "b": pl.String, "coagglomeration": pl.Float64,
                                "correlation": pl.Float64}).fill_nan(None).sort(
        ["coagglomeration", "a", "b"], descending=[True, False, False])


def calc_similarity(shares: Floats) -> Floats:
    """Likeness of structures, [R, R]: Σ min(s, s′) = 1 − ½ Σ |s − s′| over shares [R, P] of activities.

    References
    ----------
    Finger, Kreinin, "A measure of 'export similarity' and its possible uses", Economic Journal 89 (1979), 905–912.
    """
    return np.array([np.minimum(shares, own).sum(axis=1) for own in shares])


def find_peers(panel: Panel, region: str, *, year: int | None = None, count: int = 10) -> pl.DataFrame:
    """Territories whose structure is nearest to that of a region; see ``calc_similarity``.

    Returns
    -------
    frame, nearest first, equal ones by name
        territory, similarity (0…1), size (its output to that of the region), shared (the three activities that add
        most to the likeness)
    """
    values, names, own = panel.flat_of(region, panel.year(year))
    shares = values / values.sum(axis=1, keepdims=True)
    similarity = np.minimum(shares, shares[own]).sum(axis=1)
    rows = []
    for peer in _nearest(similarity, own)[:count]:
        common = np.minimum(shares[peer], shares[own])
        best = [column for column in np.argsort(-common, kind="stable")[:3] if common[column] > 0]
        rows.append((names[peer], float(similarity[peer]), float(values[peer].sum() / values[own].sum()),
                     [panel.activities[column] for column in best]))
    return pl.DataFrame(rows, schema={"territory": pl.String, "similarity": pl.Float64, "size": pl.Float64,
                                      "shared": pl.List(pl.String)}, orient="row")


def name_peers(panel: Panel, count: int) -> pl.DataFrame:
    """The nearest territories of every one in every year.

    Returns
    -------
    frame, one row per year and territory present in it: year, territory, peers (names, nearest first)
    """
    rows = []
    for place, year in enumerate(panel.years):
        values, names = panel.flat(place)
        similarity = calc_similarity(values / values.sum(axis=1, keepdims=True))
        rows += [(year, name, [names[peer] for peer in _nearest(similarity[own], own)[:count]])
                 for own, name in enumerate(names)]
    return pl.DataFrame(rows, schema={"year": pl.Int64, "territory": pl.String, "peers": pl.List(pl.String)},
                        orient="row")


def _nearest(similarity: Floats, own: int) -> list[int]:
    """Places of the others, most alike first; equal ones in their order, which is that of the names."""
    return [place for place in np.argsort(-similarity, kind="stable").tolist() if place != own]
