"""Figures and text analysis: plain values in, plain values out; no web, database, settings or clock.

Figures
    nps             NPS with its interval, and whether two periods differ
    intervals       Wilson interval for every other proportion
    base_size       how many answers a figure needs to be shown, ranked or tied to a person
Texts
    vocabulary      the words that labels are made of: languages, sentiments, aspects, flags
    language        which of ru, bg, en a text is written in
    transliteration Russian and Bulgarian written in Latin letters, back to Cyrillic
    sentences       where sentences begin and end
    sentiment       sentiment, aspects, flags and the course of a chat (``sentiment.loading.load_analyser``)
    themes          what texts are about, in two levels: found in them, or defined by people
    lines           the stream behind ``feedback analyse``
"""
