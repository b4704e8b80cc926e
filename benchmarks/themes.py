"""Times the finding of themes over many short texts, made by mixing the project's own labelled comments.

    .venv/bin/python -m benchmarks.themes [--texts 100000]

"first" includes the loading of the dictionaries and a look-up of every word form; "again" has them in memory.
"""

import argparse
import random
import resource
import time
from collections.abc import Sequence

from analysis.sentiment.corpus import read_texts
from analysis.themes.finding import ThemeText, find_themes


def main() -> None:
    """Print processor times and the memory taken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=100_000)
    texts = mixed(parser.parse_args().texts)
    for name in ("first", "again"):
        began = time.process_time()
        themes = sum(len(aspect.themes) for aspect in find_themes(texts))
        print(f"{name:<6} {time.process_time() - began:6.2f} s of processor time, {len(texts)} texts, {themes} themes")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB resident at most")


def mixed(count: int) -> Sequence[ThemeText]:
    """Texts of the corpus, each with the first word of another put somewhere into it, so that none repeats exactly."""
    chance, corpus = random.Random(1), read_texts()
    texts = []
    for _ in range(count):
        text, other = chance.choice(corpus), chance.choice(corpus)
        words = text.text.split()
        words.insert(chance.randrange(len(words) + 1), other.text.split()[0])
        texts.append(ThemeText(" ".join(words), text.language, tuple(text.aspects)))
    return texts


if __name__ == "__main__":
    main()
