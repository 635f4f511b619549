"""Where things stand in a drawn circuit: in columns, so that wires run to the right (chapter 1).

The method is that of Sugiyama, Tagawa and Toda (1981): give each node a column, cut long wires into
pieces that pass one column each, order the columns so that few wires cross, then straighten.
"""

from dataclasses import dataclass

ROUNDS = 9  # of ordering, and then of straightening; more changes nothing that can be seen
LANE = 0.5  # rows that a wire passing by needs, where a node needs 1


@dataclass
class Layers:
    """A circuit in columns. Nodes are numbers: 0 to n - 1 as given, from n on the passing wires.

    `column` and `height` say where a node stands, heights growing upward; `wires[k]` holds the
    nodes that the wire out of k runs through: k itself, then one for each column it passes by.
    """

    column: list
    height: list
    wires: list


def arrange(reads, beside=()):
    """Place nodes of which number k reads the outputs of `reads[k]`, all of them smaller than k.

    A node that reads nothing stands in the first column; one of `beside`, in the column before the
    first that reads it.
    """
    column = _columns(reads, beside)
    wires = [[k] for k in range(len(reads))]
    for k in range(len(reads)):
        last = max((column[r] for r in range(len(reads)) if k in reads[r]), default=0)
        for passed in range(column[k] + 1, last):
            wires[k].append(len(column))
            column.append(passed)
    pieces = _pieces(reads, column, wires)
    rows = _first_rows(reads, wires, len(column))
    order = [[] for _ in range(max(column) + 1)]
    for node in sorted(range(len(column)), key=rows.__getitem__):
        order[column[node]].append(node)
    left, right = _neighbours(pieces, len(column))
    order = _untangle(order, pieces, left, right)
    return Layers(column, _straighten(order, left, right, len(reads)), wires)


def _columns(reads, beside):
    column = []
    for sources in reads:
        column.append(1 + max((column[k] for k in sources), default=-1))
    for k in beside:
        readers = [column[r] for r, sources in enumerate(reads) if k in sources]
        column[k] = min(readers, default=1) - 1
    return column


def _pieces(reads, column, wires):
    """Pairs of nodes in neighbouring columns that a wire joins, from left to right."""
    pieces = [pair for wire in wires for pair in zip(wire, wire[1:])]
    for reader, sources in enumerate(reads):
        pieces += [(wires[k][column[reader] - column[k] - 1], reader) for k in sources]
    return list(dict.fromkeys(pieces))


def _first_rows(reads, wires, nodes):
    """Inputs from the top in the order of reading, each gate in the middle of what it reads."""
    rows, inputs = [0.0] * nodes, 0
    for k, sources in enumerate(reads):
        if sources:
            rows[k] = sum(rows[s] for s in sources) / len(sources)
        else:
            rows[k], inputs = float(inputs), inputs + 1
        for lane in wires[k]:
            rows[lane] = rows[k]
    return rows


def _neighbours(pieces, nodes):
    left, right = [[] for _ in range(nodes)], [[] for _ in range(nodes)]
    for a, b in pieces:
        left[b].append(a)
        right[a].append(b)
    return left, right


def _untangle(order, pieces, left, right):
    """Sort each column by the mean place of its neighbours, to and fro; keep the best order."""
    best, fewest = order, crossings(order, pieces)
    for turn in range(ROUNDS):
        order = [list(nodes) for nodes in order]
        back = turn % 2
        for nodes in reversed(order) if back else order:
            place = {node: k for nodes in order for k, node in enumerate(nodes)}
            near = right if back else left
            nodes.sort(key=lambda node: _mean([place[n] for n in near[node]] or [place[node]]))
        if (found := crossings(order, pieces)) < fewest:
            best, fewest = order, found
    return best


def crossings(order, pieces):
    """How many pairs of pieces cross, the columns being ordered so."""
    place = {node: (c, k) for c, nodes in enumerate(order) for k, node in enumerate(nodes)}
    ends = sorted((*place[a], place[b][1]) for a, b in pieces)
    return sum(
        c == other_c and y < other_y and end > other_end
        for k, (c, y, end) in enumerate(ends)
        for other_c, other_y, other_end in ends[k + 1 :]
    )


def _straighten(order, left, right, n):
    """Heights: each node as near to the middle of its neighbours as the room between allows.

    Looks to the left and to the right in turn, and to the left last: a gate stands in the middle of
    what it reads.
    """
    height = [0.0] * sum(map(len, order))
    for nodes in order:
        for k, node in enumerate(nodes):
            height[node] = (len(nodes) - 1) / 2 - k
    for turn in range(ROUNDS):
        for nodes in reversed(order) if turn % 2 else order:
            near = right if turn % 2 else left
            wanted = [_mean([height[u] for u in near[v]] or [height[v]]) for v in nodes]
            for node, y in zip(nodes, _apart(wanted, [_room(v, n) for v in nodes])):
                height[node] = y
    return height


def _room(node, n):
    return 1.0 if node < n else LANE


def _apart(wanted, rooms):
    """The heights nearest to those wanted (least squares) that fall by the room each node needs.

    Neighbours that come too close are joined to a block that moves as one to the mean of what its
    members want (the pool-adjacent-violators algorithm).
    """
    offset, depth = [], 0.0
    for k, room in enumerate(rooms):
        depth += (rooms[k - 1] + room) / 2 if k else 0.0
        offset.append(depth)
    blocks = []  # of members and their sum of wanted heights, offsets taken off
    for y, below in zip(wanted, offset):
        blocks.append([1, y + below])
        while len(blocks) > 1 and blocks[-1][1] / blocks[-1][0] > blocks[-2][1] / blocks[-2][0]:
            members, total = blocks.pop()
            blocks[-1][0] += members
            blocks[-1][1] += total
    level = [total / members for members, total in blocks for _ in range(members)]
    return [y - below for y, below in zip(level, offset)]


def _mean(numbers):
    return sum(numbers) / len(numbers)
