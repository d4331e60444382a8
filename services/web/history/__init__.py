"""The history of a camera, as an answer to a question and as a page."""
