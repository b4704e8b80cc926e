from analysis.sentiment.words import find_words


def test_words_signs_and_their_places() -> None:
    text = "Don\u2019t   ещё ждём))) 👍 почему??"
    words = find_words(text)
    assert [word.text for word in words] == ["don't", "еще", "ждем", "))", "👍", "почему", "?"]
    assert all(text[word.start : word.end].lower().startswith(word.text[0]) or word.text == "еще" for word in words)
