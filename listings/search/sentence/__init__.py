"""Understands what people type in the search box: "50 bureaustoelen binnen 20 km van Aalst".

`read` finds the parts of a sentence that say what, where, how far, for how much, how many, or which service, each with
the parameters of an address that ask the same. What it doesn't understand stays words. docs/adr/0033 says why it is
so; a part between quotation marks is never understood, so that people can have any word taken as a word.
"""
