"""Prints each circle of headers that include one another, below the folder given."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
names = {
    str(path.relative_to(root)): re.findall(r'^ *# *include *"([^"]+)"', path.read_text("utf-8"), re.M)
    for path in root.glob("*/*.h")
}
done = set()


def visit(name, way):
    if name in way:
        print(" -> ".join(way[way.index(name):] + [name]))
    elif name in names and name not in done:
        for other in names[name]:
            visit(other, way + [name])
        done.add(name)


for header in sorted(names):
    visit(header, [])
