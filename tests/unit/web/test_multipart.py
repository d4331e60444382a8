from services.web.multipart import BOUNDARY, CONTENT_TYPE, OPENING, part


def test_the_boundary_stands_right_behind_the_picture() -> None:
    made = part(b"\xff\xd8picture\xff\xd9", {"X-Frame-Seq": "5"})
    assert made.endswith(b"\xff\xd9\r\n--" + BOUNDARY.encode() + b"\r\n")


def test_a_part_begins_with_its_headers_and_no_boundary() -> None:
    head, _, rest = part(b"picture", {"X-Frame-Seq": "5"}).partition(b"\r\n\r\n")
    assert head == b"Content-Type: image/jpeg\r\nContent-Length: 7\r\nX-Frame-Seq: 5"
    assert rest.startswith(b"picture")


def test_the_answer_opens_with_the_boundary_that_its_type_names() -> None:
    assert f"--{CONTENT_TYPE.partition('boundary=')[2]}\r\n".encode() == OPENING
