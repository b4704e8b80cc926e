"""The shipped encoder at run time: tokenizer, ONNX session, and results put together from what its heads say."""

NAME = "otklik-e5-small"
VERSION = "2"
