"""FER+'s eight classes: what the model's second head answers in, and training reads votes in."""

from shared.entities import EXPRESSIONS

FERPLUS_CLASSES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
"""In the order of FER+'s own table (Barsoum et al., 2016, arXiv 1608.01041)."""

FERPLUS_NAMES = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}
"""FER+'s word for each expression; it has no other for contempt, which is left out."""

SHOWN = tuple(FERPLUS_CLASSES.index(FERPLUS_NAMES[expression]) for expression in EXPRESSIONS)
"""The place in `FERPLUS_CLASSES` of each expression, in the order of `EXPRESSIONS`."""
