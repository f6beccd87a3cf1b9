"""``Learns``: is this a network that training can change, and does it look at its input?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from autograder.grading import Subject, Unfit, Verdict, failed, passed
from autograder.i18n import _

# Enough random images that a healthy layer of rectified units is reached by some gradient.
_IMAGES = 64

# Probabilities in float32 over ten classes sum to one within this.
_SUM_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Learns:
    """Every trainable layer receives a gradient, the output depends on the input, and what claims to be
    probabilities sums to one.
    """

    points: float = 1
    after: ClassVar[frozenset[str]] = frozenset()

    @property
    def title(self) -> str:
        """What is checked."""
        return _("Whether the network can learn")

    def judge(self, subject: Subject) -> Verdict:
        """Asks the model about random images."""
        facts = subject.facts
        shape = facts.inputs[0]
        if len(facts.inputs) != 1 or None in shape:
            return failed(_("expected one input of a known shape, found {found}.").format(found=facts.inputs))
        images = np.random.default_rng(0).random((_IMAGES, *(size or 1 for size in shape)), dtype=np.float32)
        if len(facts.outputs) != 1:
            return failed(_("expected one output, found {count}.").format(count=len(facts.outputs)))
        outputs = subject.predict(images)
        if not np.isfinite(outputs).all():
            return failed(
                _("The network answers with numbers that are not finite (NaN or infinity): training diverged."),
                _("A smaller learning rate usually helps; so do pixels scaled to [0, 1]."),
            )
        if np.allclose(outputs, outputs[:1], rtol=0, atol=1e-9):
            return failed(_("The network gives the same answer whatever image it is shown."))
        if not any(layer.parameters.trainable for layer in facts.layers):
            return failed(_("No layer can learn: none has weights that training may change."))
        dead = [kind for kind, size in subject.gradient_sizes(images) if size == 0]
        if dead:
            return failed(
                _("No gradient reaches {kinds}: training cannot change its weights.").format(kinds=", ".join(dead))
            )
        if _claims_probabilities(subject) and not np.allclose(outputs.sum(axis=-1), 1, atol=_SUM_TOLERANCE):
            return failed(_("The network's outputs do not sum to one, as probabilities of classes must."))
        return passed(_("Every layer receives a gradient, and the output depends on the input."))


def _claims_probabilities(subject: Subject) -> bool:
    wire = subject.facts.outputs[0]
    if wire < 0 or subject.facts.layers[wire].settings.get("activation") != "softmax":
        return False
    try:
        loss = subject.compiled.loss
    except Unfit:
        return True
    # A head of logits is read as a softmax head; what the model itself answers with is logits.
    return loss is None or not loss.settings.get("from_logits")
