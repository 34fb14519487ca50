"""How every generated file is written: a remark that says what it is, a header, rows; UTF-8, LF."""

WROTE = {}


def cell(value):
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text


def table(path, remarks, header, rows):
    """Keeps a file's bytes under its path below seeds/; generate.py writes or checks them."""
    lines = ["# " + remark for remark in remarks]
    lines.append(",".join(header))
    for row in rows:
        assert len(row) == len(header), (path, row)
        lines.append(",".join(cell(value) for value in row))
    WROTE[path] = ("\n".join(lines) + "\n").encode("utf-8")
