"""Themes of the company's own: words and phrases under an aspect, edited by people, matched to every analysed text."""
