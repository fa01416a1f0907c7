"""The faults of SIP, audio and webhooks, as a scenario gives them: their words and keys are those of the registries."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field as DataclassField, fields
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, get_type_hints

from pydantic import BeforeValidator, Field, create_model, model_validator

from sipdomain.faults import FAULTS
from sipdomain.faults.fault import Occasion
from sipdomain.faults.rtp import NOT_OF_RTP, RTP_FAULTS
from sipdomain.faults.webhooks import WEBHOOK_FAULTS
from sipdomain.scenario.values import Strict, several


class _OneGiven(Strict):
    """One fault."""

    KIND: ClassVar[type[Occasion]]

    @model_validator(mode="after")
    def _can_be(self) -> _OneGiven:
        self.fault()
        return self

    def fault(self) -> Occasion:
        """Return the fault.

        Raises:
            ValueError: Its values do not go together.
        """
        return self.KIND(**{name: getattr(self, name) for name in self.model_fields_set})


class LayerGiven(Strict):
    """What befalls one layer; a list gives several faults of one kind."""

    REGISTRY: ClassVar[Mapping[str, type[Occasion]]]

    def faults(self) -> tuple[Any, ...]:
        """Return the faults in the order in which they are met, whatever the order they are written in."""
        return tuple(given.fault() for word in self.REGISTRY for given in getattr(self, word))


def _one(name: str, kind: type[Occasion], without: Collection[str]) -> type[_OneGiven]:
    hints = get_type_hints(kind)
    keys: dict[str, Any] = {
        each.name: (hints[each.name], Field(**_default(each), **each.metadata))
        for each in fields(kind)
        if each.name not in without
    }
    found = create_model(name, __base__=_OneGiven, __doc__=_said(kind), **keys)
    found.KIND = kind
    return found


def _default(of: DataclassField[Any]) -> dict[str, Any]:
    """Return the default of a key; the schema does not show that of a set, which has no order."""
    if of.default is MISSING:
        return {}
    if isinstance(of.default, frozenset):
        return {"default_factory": lambda: of.default}
    return {"default": of.default}


def _layer(
    prefix: str, registry: Mapping[str, type[Occasion]], doc: str, without: Collection[str] = ()
) -> type[LayerGiven]:
    words: dict[str, Any] = {}
    for word, kind in registry.items():
        one = _one(f"{prefix}{kind.__name__}Given", kind, without)
        faults = Annotated[list[one], BeforeValidator(several)]  # type: ignore[valid-type]
        words[word] = (faults, Field(default_factory=list, description=_said(kind)))
    found = create_model(f"{prefix}FaultsGiven", __base__=LayerGiven, __doc__=doc, **words)
    found.REGISTRY = registry
    return found


def _said(kind: type[Occasion]) -> str:
    """Return the first sentence that is said of a fault."""
    return inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]


if TYPE_CHECKING:
    # They are made of the registries, which a type checker does not read.
    FaultsGiven = LayerGiven
    RtpFaultsGiven = LayerGiven
    WebhookFaultsGiven = LayerGiven
else:
    FaultsGiven = _layer("", FAULTS, "What befalls SIP between phones and emulator.")
    RtpFaultsGiven = _layer("Rtp", RTP_FAULTS, "What befalls audio between phones and emulator.", NOT_OF_RTP)
    WebhookFaultsGiven = _layer("Webhook", WEBHOOK_FAULTS, "What befalls requests to the application.")
