"""How the shipped model was made and measured; needs scipy and the labelled texts, never imported at run time.

baseline is the recipe, regression its mathematics, sources what it learns from, measuring the figures of the card.
"""
