"""The benchmark runner: contenders in turn (A B C A B C), equal answers, medians and ratios."""
