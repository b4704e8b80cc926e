"""Any text-classification model of the Hugging Face kind in the place of the shipped one; needs the extra ``torch``.

analyser  implements ``Analyser``; everything heavy waits for the first text
source    where the model lies, whether it can be run, its name and version
labels    from the model's own labels to negative, neutral, positive
scorer    batches of similar length through ``transformers.pipeline``
opening   the one call that makes the pipeline
"""
