"""A plugin for mypy: the arguments of `msgspec.structs.replace` are checked as those of `dataclasses.replace` are."""

from collections.abc import Callable

from mypy.plugin import FunctionSigContext, Plugin
from mypy.plugins.dataclasses import replace_function_sig_callback
from mypy.types import FunctionLike, Instance, UnionType, get_proper_type

OF_STRUCTS, OF_DATACLASSES = "msgspec.structs.replace", "dataclasses.replace"


class CheckedReplace(Plugin):
    """mypy knows the fields of a Struct, but neither that msgspec has a `replace`, nor that the other one fails."""

    def get_function_signature_hook(self, fullname: str) -> Callable[[FunctionSigContext], FunctionLike] | None:
        return _checked(fullname) if fullname in (OF_STRUCTS, OF_DATACLASSES) else None


def _checked(called: str) -> Callable[[FunctionSigContext], FunctionLike]:
    def signature(ctx: FunctionSigContext) -> FunctionLike:
        for argument in ctx.args[0][:1]:
            value = get_proper_type(ctx.api.get_expression_type(argument))
            for kind in map(get_proper_type, value.items if isinstance(value, UnionType) else [value]):
                if isinstance(kind, Instance):
                    right = OF_STRUCTS if kind.type.has_base("msgspec.Struct") else OF_DATACLASSES
                    if called != right:
                        ctx.api.fail(f"for {kind.type.name}, use {right}", ctx.context)
        return replace_function_sig_callback(ctx)

    return signature


def plugin(version: str) -> type[Plugin]:
    """Called by mypy."""
    del version
    return CheckedReplace
