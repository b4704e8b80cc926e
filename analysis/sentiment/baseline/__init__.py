"""N-grams and lexicon cues under a logistic regression: the encoder's second opinion. README.md is its card."""

NAME = "baseline-ngrams"
VERSION = "2"
