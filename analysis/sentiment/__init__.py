"""What customers' words say. Callers need ``protocol`` (inputs, results) and ``loading.load_analyser`` alone.

How a text is analysed, in the order of the calls
    analysing    the story: read, score, put together
    reading      one sentence: words, clauses, what the lexicon found and what near-misses took away
    lexicons     the words themselves, one file a language; phrases is their notation
    passages     sentences and clauses to score
    baseline     the shipped model (its card is README.md there)
    huggingface  any other text-classification model in its place
    aggregation  sentences to text
    aspects      flags  chats
    training     the recipe of the model; needs scipy and the labelled texts, never imported at run time
"""
