"""One instruction that numba has no name for: fetch a cache line ahead of need."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_find_pointer: Any = cgutils.get_item_pointer
_find_function: Any = cgutils.get_or_insert_function


def _prefetch(typing_context: Any, array: Any, at: Any) -> Any:
    """Ask for the cache line of ``array[at]`` without waiting for it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = context.make_array(signature.args[0])(context, builder, arguments[0])
        pointer = _find_pointer(context, builder, signature.args[0], made, [arguments[1]])
        pointer = builder.bitcast(pointer, ir.IntType(8).as_pointer())
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer.type, word, word, word])
        # to read, into the nearest cache, data
        builder.call(_find_function(builder.module, kind, "llvm.prefetch.p0"), [pointer, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


prefetch: Any = intrinsic(_prefetch)
