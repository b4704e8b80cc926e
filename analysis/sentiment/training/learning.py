"""The training loop: seeded, by batches of like length, resumable from its last checkpoint after any interruption."""

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from analysis.sentiment.training.lessons import Lesson
from analysis.sentiment.training.network import LABELS, Heads, Network
from analysis.vocabulary import ASPECTS, FLAGS, SENTIMENTS

SEED = 20
PAD = 1
UNKNOWN = -1.0
POOL_BATCHES = 50
CHECKPOINT_EVERY = 100
MASKED = -1e4
GRADIENT_LIMIT = 1.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """Sizes of a run; ``longest`` in tokens, ``warm_up`` a share of all steps.

    Most labels are absent from most texts: ``present_weight`` is how much more a present one counts.
    """

    passes: int = 1
    batch: int = 32
    longest: int = 112
    rate: float = 8e-5
    head_rate: float = 1e-3
    warm_up: float = 0.06
    smoothing: float = 0.05
    label_weight: float = 1.0
    present_weight: float = 1.0


@dataclass(frozen=True)
class Batch:
    """Tensors of a batch; -1 where a label is not known."""

    input_ids: Tensor
    attention_mask: Tensor
    sentiments: Tensor
    has_neutral: Tensor
    weights: Tensor
    labels: Tensor
    aspect_moods: Tensor


def learn(
    network: Network, tokenizer: Tokenizer, lessons: Sequence[Lesson], plan: Plan, checkpoint: Path, say: Say
) -> None:
    """Trains in place; writes ``checkpoint`` now and then and goes on from it if there is one."""
    batches = _plan_batches(tokenizer, lessons, plan)
    encoder_parameters = list(network.encoder.parameters())
    known = {id(parameter) for parameter in encoder_parameters}
    heads = [parameter for parameter in network.parameters() if id(parameter) not in known]
    groups = [{"params": encoder_parameters, "lr": plan.rate}, {"params": heads, "lr": plan.head_rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate_share(step, len(batches), plan.warm_up))
    first = _resume(checkpoint, network, optimiser, schedule)
    network.train()
    started, losses = time.monotonic(), list[float]()
    for step in range(first, len(batches)):
        torch.manual_seed(SEED + step)
        batch = collate(tokenizer, [lessons[at] for at in batches[step]], plan.longest)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            heads_out = network(batch.input_ids, batch.attention_mask)
        loss = loss_of(heads_out, batch, plan)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), GRADIENT_LIMIT)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if (step + 1) % CHECKPOINT_EVERY == 0 or step + 1 == len(batches):
            _save(checkpoint, network, optimiser, schedule, step + 1)
            pace = (time.monotonic() - started) / (step + 1 - first)
            left = pace * (len(batches) - step - 1) / 60
            mean = sum(losses) / len(losses)
            say(f"step {step + 1} of {len(batches)}, loss {mean:.3f}, {left:.0f} min left")
            losses.clear()


def loss_of(heads: Heads, batch: Batch, plan: Plan) -> Tensor:
    """Weighted cross-entropy of what is known: sentiment, presence of each label, mood of each present aspect."""
    moods = heads.moods.float()
    moods = moods.masked_fill(~batch.has_neutral[:, None] & _is_neutral(), MASKED)
    has_mood = batch.sentiments >= 0
    total = moods.new_zeros(())
    if has_mood.any():
        chosen, wanted = moods[has_mood], batch.sentiments[has_mood]
        logs = chosen.log_softmax(-1)
        hit = -logs.gather(1, wanted[:, None]).squeeze(1)
        spread = -(logs * (chosen > MASKED / 2)).sum(1) / (chosen > MASKED / 2).sum(1)
        each = (1 - plan.smoothing) * hit + plan.smoothing * spread
        total = total + (each * batch.weights[has_mood]).sum() / len(batch.weights)
    is_known = batch.labels >= 0
    if is_known.any():
        each = functional.binary_cross_entropy_with_logits(
            heads.labels.float(),
            batch.labels.clamp(min=0),
            reduction="none",
            pos_weight=torch.full((LABELS,), plan.present_weight),
        )
        rows = is_known.any(1)
        total = total + plan.label_weight * (each * is_known)[rows].sum(1).mean() * rows.float().mean()
    has_aspect = batch.aspect_moods >= 0
    if has_aspect.any():
        logits, wanted = heads.aspect_moods.float()[has_aspect], batch.aspect_moods[has_aspect]
        total = total + functional.cross_entropy(logits, wanted) * has_aspect.any(1).float().mean()
    return total


def collate(tokenizer: Tokenizer, lessons: Sequence[Lesson], longest: int) -> Batch:
    """Lessons as padded tensors."""
    ids = [_ids(tokenizer, lesson, longest) for lesson in lessons]
    width = max(map(len, ids))
    input_ids = torch.full((len(ids), width), PAD)
    for row, some in enumerate(ids):
        input_ids[row, : len(some)] = torch.tensor(some)
    return Batch(
        input_ids=input_ids,
        attention_mask=(input_ids != PAD).long(),
        sentiments=torch.tensor([lesson.sentiment_index for lesson in lessons]),
        has_neutral=torch.tensor([lesson.has_neutral for lesson in lessons]),
        weights=torch.tensor([lesson.weight for lesson in lessons]),
        labels=torch.tensor([_labels(lesson) for lesson in lessons]),
        aspect_moods=torch.tensor([_aspect_moods(lesson) for lesson in lessons]),
    )


def _ids(tokenizer: Tokenizer, lesson: Lesson, longest: int) -> list[int]:
    """Of a chat the end is kept, of a text the beginning."""
    ids: list[int] = tokenizer.encode(lesson.text).ids
    if len(ids) <= longest:
        return ids
    if lesson.ended_badly is not None:
        return [ids[0], *ids[-(longest - 1) :]]
    return [*ids[: longest - 1], ids[-1]]


def _labels(lesson: Lesson) -> list[float]:
    aspects, flags = lesson.aspects, lesson.flags
    row = [UNKNOWN if aspects is None else float(name in aspects) for name in ASPECTS]
    row += [UNKNOWN if flags is None else float(name in flags) for name in FLAGS]
    row.append(UNKNOWN if lesson.ended_badly is None else float(lesson.ended_badly))
    assert len(row) == LABELS
    return row


def _aspect_moods(lesson: Lesson) -> list[int]:
    aspects = lesson.aspects or {}
    return [SENTIMENTS.index(aspects[name]) if name in aspects else -1 for name in ASPECTS]


def _is_neutral() -> Tensor:
    return torch.tensor([name == "neutral" for name in SENTIMENTS])


def _plan_batches(tokenizer: Tokenizer, lessons: Sequence[Lesson], plan: Plan) -> list[list[int]]:
    """All batches of all passes: shuffled, then like lengths together within a pool of batches."""
    order = random.Random(SEED)
    batches: list[list[int]] = []
    for _ in range(plan.passes):
        shown = [at for at, lesson in enumerate(lessons) for _ in range(lesson.repeats)]
        order.shuffle(shown)
        for pool in _pieces(shown, plan.batch * POOL_BATCHES):
            pool.sort(key=lambda at: len(lessons[at].text))
            some = list(_pieces(pool, plan.batch))
            order.shuffle(some)
            batches += some
    return batches


def _pieces(numbers: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]


def _rate_share(step: int, steps: int, warm_up: float) -> float:
    rise = max(1, math.ceil(steps * warm_up))
    return (step + 1) / rise if step < rise else max(0.0, (steps - step) / max(1, steps - rise))


def _resume(
    checkpoint: Path, network: Network, optimiser: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LambdaLR
) -> int:
    if not checkpoint.exists():
        return 0
    saved = torch.load(checkpoint, weights_only=True)
    network.load_state_dict(saved["network"])
    optimiser.load_state_dict(saved["optimiser"])
    schedule.load_state_dict(saved["schedule"])
    return int(saved["step"])


def _save(
    checkpoint: Path,
    network: Network,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    step: int,
) -> None:
    """Whole or not at all: written beside, then renamed."""
    part = checkpoint.with_suffix(".part")
    state = {"network": network.state_dict(), "optimiser": optimiser.state_dict()}
    torch.save(state | {"schedule": schedule.state_dict(), "step": step}, part)
    part.replace(checkpoint)
