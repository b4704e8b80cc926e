"""The network: the encoder, mean pooling with a linear head for sentiment, and label-wise attention for the rest.

The sentiment head is linear over a mean of tokens, so each token's share of a logit is exact: the sentence that decided
is found without reading it again. Attention per label: Mullenbach et al. 2018 (CAML).
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from analysis.sentiment.training.e5 import Encoder
from analysis.vocabulary import ASPECTS, FLAGS, SENTIMENTS

LABELS = len(ASPECTS) + len(FLAGS) + 1  # the last one: the chat ended badly
DROPOUT = 0.1


class Heads(NamedTuple):
    """Logits. ``token_moods`` (text, token, mood) average to ``moods`` less its bias; padding counts nothing."""

    moods: Tensor
    labels: Tensor
    aspect_moods: Tensor
    token_moods: Tensor


class Network(nn.Module):
    """Input ids and attention mask in, ``Heads`` out."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        hidden = encoder.config.hidden_size
        self.encoder = encoder
        self.dropout = nn.Dropout(DROPOUT)
        self.mood_head = nn.Linear(hidden, len(SENTIMENTS))
        self.queries = nn.Parameter(torch.zeros(hidden, LABELS))
        self.label_weights = nn.Parameter(torch.randn(LABELS, hidden) * 0.02)
        self.label_biases = nn.Parameter(torch.full((LABELS,), -2.0))
        self.aspect_mood_head = nn.Linear(hidden, len(SENTIMENTS))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Heads:
        states = self.dropout(self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state)
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        token_moods = (states @ self.mood_head.weight.T) * mask
        moods = token_moods.sum(1) / mask.sum(1) + self.mood_head.bias
        scores = (states @ self.queries).masked_fill(attention_mask.unsqueeze(-1) == 0, -1e4)
        pooled = scores.softmax(dim=1).transpose(1, 2) @ states
        labels = (pooled * self.label_weights).sum(-1) + self.label_biases
        aspect_moods = self.aspect_mood_head(pooled[:, : len(ASPECTS)])
        return Heads(moods, labels, aspect_moods, token_moods)


def build(encoder: Encoder, kept: Tensor) -> Network:
    """The network over the pretrained encoder with the kept rows of its vocabulary."""
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=encoder.hidden,
        num_hidden_layers=encoder.layers,
        num_attention_heads=encoder.heads,
        intermediate_size=encoder.inner,
        max_position_embeddings=encoder.positions,
        type_vocab_size=encoder.types,
        layer_norm_eps=encoder.epsilon,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )
    bert = BertModel(config, add_pooling_layer=False)
    tensors = {name: torch.from_numpy(values) for name, values in encoder.tensors.items()}
    word = "embeddings.word_embeddings.weight"
    bert.load_state_dict(tensors | {word: tensors[word][kept]}, strict=True)
    return Network(bert)
