"""The programs' interface in the words of OpenAPI 3.1, and the page that shows them."""
