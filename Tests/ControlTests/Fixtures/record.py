#!/usr/bin/python3
"""Plays the scenarios of scenarios.txt to a real rtorrent 0.9.8 and writes what it answers below each step, as lines `= …`.

    ./record.py [WORD]      records the scenarios whose name has WORD in it, or all

Steps of a scenario, one a line:
    rc LINE                 a line of the config; these come first
    data NAME full|none|broken|shrunk    the content of torrent NAME in the download folder; broken: its first piece is not right
    load KIND NAME [CMD…]   load.KIND of the torrent's file in the watch folder, with commands (parted by blanks)
    touch NAME / unlink NAME / truncate NAME   the torrent's file: new time, gone, half of it
    call METHOD [NAME [ARG…]]            a call with the torrent NAME as target; - is no target
    ask EXPRESSION          the answer of a command text; {NAME} stands for an info-hash
    seed NAME               another client has NAME whole, and it is told so
    tick SECONDS            time passes
Lines `! …` are written by hand: where ours answers otherwise on purpose. Recording a scenario anew drops them.
After each step: `= ` what the handlers of all events noted, and of `ask` and `call` the answer in front of it.
A note is NAME:EVENT/digits: state, is_open, is_active, hashing, is_hash_checked, hashing_failed, complete.
"""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import xmlrpc.client

EVENTS = """closed erased finished hash_done hash_failed hash_final_failed hash_queued hash_removed inserted inserted_new inserted_session
opened paused resumed""".split()
NOTE = ("method.insert=trace,string\n"
        'method.insert=note,simple,"trace.set=\\"$cat=$trace=,\\\\\\" \\\\\\",$d.name=,:,$argument.0=,/,$d.state=,$d.is_open=,'
        '$d.is_active=,$d.hashing=,$d.is_hash_checked=,$d.hashing_failed=,$d.complete=\\""\n'
        + "".join(f"method.set_key=event.download.{event},5_note,((note,{event}))\n" for event in EVENTS))
PIECE = 16384


def content(name):
    """What the torrent holds: 81,000 bytes, a little under five pieces, that depend on its name."""
    block = hashlib.sha1(name.encode()).digest()
    return (block * 4050)[:81000]


def torrent(name):
    data = content(name)
    pieces = b"".join(hashlib.sha1(data[start:start + PIECE]).digest() for start in range(0, len(data), PIECE))
    info = b"d6:lengthi%de4:name%d:%s12:piece lengthi%de6:pieces%d:%se" % (
        len(data), len(name), name.encode(), PIECE, len(pieces), pieces)
    return b"d8:announce27:http://127.0.0.1:9/announce4:info" + info + b"e", hashlib.sha1(info).hexdigest().upper()


class Client:
    def __init__(self, lines):
        self.folder = tempfile.mkdtemp(prefix="swarm-record")
        self.socket = self.folder + "/socket"
        for name in ("session", "data", "watch"):
            os.mkdir(f"{self.folder}/{name}")
        with open(self.folder + "/rc", "w") as file:
            file.write(f"network.bind_address.set=127.0.0.1\nnetwork.port_range.set=34100-34999\ndht.mode.set=disable\n"
                       f"session.path.set={self.folder}/session\ndirectory.default.set={self.folder}/data\n"
                       f"network.scgi.open_local={self.socket}\n" + NOTE + "".join(line + "\n" for line in lines))
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["rtorrent", "-n", "-o", f"system.daemon.set=true,import={self.folder}/rc"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder,
            env={"HOME": self.folder, "PATH": os.environ["PATH"], "TERM": "dumb", "TZ": "UTC", "LC_ALL": "C.UTF-8"})
        while not os.path.exists(self.socket):
            if self.process.poll() is not None:
                raise SystemExit("rtorrent did not start")
            time.sleep(0.02)
        time.sleep(0.1)

    def call(self, method, *arguments):
        body = xmlrpc.client.dumps(tuple(arguments), method).encode()
        head = b"CONTENT_LENGTH\0%d\0SCGI\x001\0" % len(body)
        reply = b""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(self.socket)
            connection.sendall(b"%d:%s," % (len(head), head) + body)
            while part := connection.recv(1 << 20):
                reply += part
        try:
            return xmlrpc.client.loads(reply.partition(b"\r\n\r\n")[2])[0][0]
        except xmlrpc.client.Fault as fault:
            return f"!{fault.faultCode} {fault.faultString}"

    def notes(self):
        """What was noted since the last question, once nothing has been added for a while."""
        last, since = None, time.time()
        while time.time() - since < 0.5:
            seen = self.call("trace")
            if seen != last:
                last, since = seen, time.time()
            time.sleep(0.05)
        self.call("trace.set", "", "")
        return last.strip()

    def end(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Scenario:
    def __init__(self, lines):
        self.client = Client([line[3:] for line in lines if line.startswith("rc ")])
        self.hashes = {}
        self.seeders = []
        self.asked = 0

    def path(self, name):
        return f"{self.client.folder}/watch/{name}.torrent"

    def named(self, text):
        for name, infohash in self.hashes.items():
            text = text.replace("{%s}" % name, infohash)
        return text.replace("{dir}", self.client.folder)

    def play(self, line):
        """The answer of a step; nothing for steps without one."""
        word, _, rest = line.partition(" ")
        words = rest.split(" ")
        if word == "data":
            data = bytearray(content(words[0]))
            if words[1] == "broken":
                data[0] ^= 255
            if words[1] == "shrunk":
                data = data[:-100]
            path = f"{self.client.folder}/data/{words[0]}"
            if words[1] == "none":
                os.path.exists(path) and os.unlink(path)
            else:
                open(path, "wb").write(data)
        elif word == "load":
            metainfo, self.hashes[words[1]] = torrent(words[1])
            if not os.path.exists(self.path(words[1])):
                open(self.path(words[1]), "wb").write(metainfo)
            return self.client.call("load." + words[0], "", self.path(words[1]), *words[2:])
        elif word == "file":
            metainfo, self.hashes[words[0]] = torrent(words[0])
            open(self.path(words[0]), "wb").write(metainfo)
        elif word == "touch":
            os.utime(self.path(words[0]), (time.time() + 100, time.time() + 100))
        elif word == "unlink":
            os.unlink(self.path(words[0]))
        elif word == "truncate":
            with open(self.path(words[0]), "r+b") as file:
                file.truncate(os.path.getsize(self.path(words[0])) // 2)
        elif word == "call":
            target = "" if len(words) < 2 or words[1] == "-" else self.hashes[words[1]]
            return self.client.call(words[0], target, *map(self.named, words[2:]))
        elif word == "ask":
            self.asked += 1
            self.client.call("method.insert", "", f"question.{self.asked}", "simple", self.named(rest))
            return self.client.call(f"question.{self.asked}")
        elif word == "seed":
            seeder = Client(["network.port_open.set=1"])
            self.seeders.append(seeder)
            open(f"{seeder.folder}/data/{words[0]}", "wb").write(content(words[0]))
            seeder.call("load.raw_start", "", xmlrpc.client.Binary(torrent(words[0])[0]))
            time.sleep(1)
            port = seeder.call("network.listen.port")
            return self.client.call("add_peer", self.hashes[words[0]], f"127.0.0.1:{port}")
        elif word == "tick":
            time.sleep(float(words[0]))
        return None

    def end(self):
        for client in [self.client] + self.seeders:
            client.end()


def record(lines):
    out = []
    scenario = Scenario(lines)
    for line in lines:
        out.append(line)
        if not line.strip() or line.startswith("rc ") or line.startswith("#"):
            continue
        answer = scenario.play(line)
        notes = scenario.client.notes() if line.split(" ")[0] in ("load", "call", "ask", "seed", "tick") else ""
        text = "" if answer is None or line.startswith("load ") else json.dumps(answer, ensure_ascii=False)
        for name, infohash in scenario.hashes.items():
            text = text.replace(infohash, "{%s}" % name)
        text = text.replace(scenario.client.folder, "{dir}")
        if text or notes:
            out.append(("= " + text + (" | " + notes if notes else "")).rstrip())
    scenario.end()
    return out


def main():
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    sections = open("scenarios.txt").read().split("=== ")
    text = sections[0]
    for section in sections[1:]:
        name, _, body = section.partition("\n")
        lines = [line for line in body.rstrip("\n").split("\n") if not line.startswith(("= ", "! "))]
        if word in name:
            print(name, flush=True)
            lines = record(lines)
        else:
            lines = body.rstrip("\n").split("\n")
        text += f"=== {name}\n" + "\n".join(lines) + "\n"
    open("scenarios.txt", "w").write(text)


if __name__ == "__main__":
    main()
