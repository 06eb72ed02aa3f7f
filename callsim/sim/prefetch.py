"""Asks memory for a row that is needed soon, without waiting for it: a hint that changes no number.

Numba has no function for this; LLVM has the intrinsic `llvm.prefetch`, for every processor. Versions of LLVM
that write its name with another ending rename it themselves.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils
from numba.core.extending import intrinsic

READ, NEAREST, DATA = 0, 3, 1  # LLVM's numbers for: to be read; into the nearest cache; data

CONFIG: Any = numba.config

if CONFIG.DISABLE_JIT:

    def prefetch(rows: Any, row: Any) -> None:
        """Does nothing: without compiled code there is nothing to gain."""

else:

    @intrinsic
    def prefetch(typing: Any, rows: Any, row: Any) -> Any:
        """Fetch `rows[row]`, which exists, of an array of one dimension."""

        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, arguments[0])
            where = cgutils.get_item_pointer(context, builder, signature.args[0], array, [arguments[1]])
            where = builder.bitcast(where, ir.IntType(8).as_pointer())
            number = ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [where.type, number, number, number])
            hint = builder.module.declare_intrinsic("llvm.prefetch", [where.type], kind)
            builder.call(hint, [where, number(READ), number(NEAREST), number(DATA)])
            return context.get_dummy_value()

        return numba.types.void(rows, numba.types.intp), code
