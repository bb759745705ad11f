"""Measures several figures, or all, with one start of the service: python3 bench/findings/all.py [figure ...] [options of figures].

An option that a figure does not take is passed over by it.
"""
import importlib
import sys

import lab
import page


def main():
    given = sys.argv[1:]
    named = [each for each in given if each in page.FIGURES]
    rest = [each for each in given if each not in page.FIGURES]
    modules = [importlib.import_module(each) for each in named or page.FIGURES]
    lab.measure([(module, lab.options(module, rest, others=True)) for module in modules])


if __name__ == "__main__":
    main()
