"""The model shipped with the product: n-grams and lexicon cues under a logistic regression. README.md is its card."""

NAME = "baseline-ngrams"
VERSION = "1"
