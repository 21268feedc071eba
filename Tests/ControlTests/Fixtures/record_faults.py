#!/usr/bin/env python3
"""Records what rtorrent 0.9.8 answers to each command of downloads, files, trackers, views and loads when it is called with arguments
of all kinds: `record_faults.py SOCKET FOLDER > faults.tsv`. FOLDER must be the rtorrent's default directory; two torrents are put there.
"""
import csv, hashlib, json, os, re, socket, sys, time, xmlrpc.client

SOCKET, FOLDER = sys.argv[1:3]
SINGLE = "D56D8A4A5C5A318337A64270FD3D7A7F76A462A4"
MULTI = "9E416837C7222271D878F82746FD33BA692F7F1E"
VARIANTS = [[], [""], ["x"], [5], ["5"], ["5", "x"], ["a", "b", "c"], [["a"]], [-1], ["99999999"], ["x", 5], [5, "x"]]
LATE = ("d.directory", "d.start", "d.try_start", "d.check_hash", "d.resume", "d.open", "d.tied_to_file.set", "view.",
        "start_tied", "close_untied", "d.max_file_size.set")
# These end the process, or remove what the others need.
LEFT_OUT = ("d.erase", "d.delete_tied", "remove_untied", "p.call_target")


def request(method, arguments):
    body = xmlrpc.client.dumps(tuple(arguments), method).encode()
    head = b"CONTENT_LENGTH\0%d\0" % len(body)
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(SOCKET)
        s.sendall(b"%d:%s,%s" % (len(head), head, body))
        answer = b""
        while part := s.recv(65536):
            answer += part
    return answer.partition(b"\r\n\r\n")[2]


def call(method, *arguments):
    """The type of the result, or code and text of the fault."""
    body = request(method, arguments)
    try:
        xmlrpc.client.loads(body)
        return re.search(rb"<param><value><(\w+)", body).group(1).decode()
    except xmlrpc.client.Fault as fault:
        return "%d\t%s" % (fault.faultCode, fault.faultString)


def data(seed, length):
    count = (length + 31) // 32
    return b"".join(hashlib.sha256(b"%s-%d" % (seed, i)).digest() for i in range(count))[:length]


def bencode(x):
    if isinstance(x, int): return b"i%de" % x
    if isinstance(x, bytes): return b"%d:%s" % (len(x), x)
    if isinstance(x, str): return bencode(x.encode())
    if isinstance(x, list): return b"l" + b"".join(map(bencode, x)) + b"e"
    return b"d" + b"".join(bencode(k) + bencode(x[k]) for k in sorted(x)) + b"e"


def torrents():
    def pieces(content, size):
        return b"".join(hashlib.sha1(content[i:i + size]).digest() for i in range(0, len(content), size))
    announce = "http://127.0.0.1:36969/announce"
    single, a, b = data(b"single", 300000), data(b"a", 100000), data(b"b", 150000)
    os.makedirs(FOLDER + "/multi/sub", exist_ok=True)
    for name, content in [("single.bin", single), ("multi/a.txt", a), ("multi/sub/b.bin", b), ("multi/sub/empty.dat", b"")]:
        with open(FOLDER + "/" + name, "wb") as f:
            f.write(content)
    yield "single", {"announce": announce, "creation date": 1700000000, "info": {
        "name": "single.bin", "length": 300000, "piece length": 65536, "pieces": pieces(single, 65536)}}
    yield "multi", {
        "announce": announce, "creation date": 1700000001,
        "announce-list": [[announce, "http://127.0.0.1:36970/announce"], ["udp://127.0.0.1:36971/announce"]],
        "info": {"name": "multi", "piece length": 32768, "pieces": pieces(a + b, 32768), "private": 1, "files": [
            {"length": 100000, "path": ["a.txt"]}, {"length": 150000, "path": ["sub", "b.bin"]},
            {"length": 0, "path": ["sub", "empty.dat"]}]}}


def target_of(kind):
    return {"d": MULTI, "f": MULTI + ":f1", "t": MULTI + ":t0", "p": MULTI + ":p" + "0" * 40, "any": ""}[kind]


def main():
    for name, torrent in torrents():
        path = "%s/%s.torrent" % (FOLDER, name)
        with open(path, "wb") as f:
            f.write(bencode(torrent))
        call("load.normal", "", path)
    time.sleep(1)
    table = os.path.join(os.path.dirname(os.path.abspath(__file__)), "command-shapes.tsv")
    rows = [r for r in csv.reader(open(table), delimiter="\t", quoting=csv.QUOTE_NONE) if len(r) > 6 and r[1] == "y"]
    rows = [r for r in rows if r[6] in ("d", "f", "t", "p", "view", "load", "tied") and not r[0] in LEFT_OUT]
    print("# Recorded from rtorrent 0.9.8 by record_faults.py: command, arguments behind the target, type of the result or code and text.")
    for row in sorted(rows, key=lambda r: (r[0].startswith(LATE), r[0])):
        name, kind = row[0], row[3]
        seen = set()
        for arguments in VARIANTS:
            answer = call(name, target_of(kind), *arguments)
            if (answer, len(arguments) > 1) in seen and len(seen) < 2:
                continue
            seen.add((answer, len(arguments) > 1))
            print("%s\t%s\t%s" % (name, json.dumps(arguments), answer))
        if kind in "dt":
            print("%s\t-\t%s" % (name, call(name, "")))


main()
