"""What texts are about, in two levels: an aspect, and within it themes named by the texts' own words.

words       the words of a text that mean something, with their lemmas
weighing    c-TF-IDF: which terms tell one group of texts from the others
grouping    which terms belong together, because the same texts hold them
finding     the two levels of a set of texts (``find_themes``)
matching    themes that people defined by words and phrases (``ThemeMatcher``)
"""
