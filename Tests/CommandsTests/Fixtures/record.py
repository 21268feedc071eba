#!/usr/bin/python3
"""Asks a real rtorrent 0.9.8 for the answers that the conformance tests compare with.

    ./record.py            records the answers in expressions.tsv anew, and configs.tsv from configs.txt

An expression is the body of a user method (so: a list of commands), run in a fresh process after a prelude that makes the variables
it may use; the answer is the method's. In all files ␤, ␉ and ␍ stand for newline, tab and carriage return.
Answers: `void` for <i4>0</i4>, `!code text` for a fault, `crash` where the process dies or hangs, else JSON.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import xmlrpc.client

PRELUDE = [
    ["method.insert", "", "v", "value", "5"],
    ["method.insert", "", "b", "bool", "1"],
    ["method.insert", "", "s", "string", "str"],
    ["method.insert", "", "l", "list", ["a", "b"]],
    ["method.insert", "", "k", "value|const", "42"],
    ["method.insert", "", "c", "simple", "cat=X,$argument.0="],
    ["method.insert", "", "three", "simple", "cat=$argument.0=,-,$argument.1=,-,$argument.2="],
    ["method.insert", "", "m", "multi"],
    ["method.insert", "", "r", "multi|static|rlookup"],
]
SYMBOLS = {"␤": "\n", "␉": "\t", "␍": "\r"}


def decoded(text):
    for symbol, character in SYMBOLS.items():
        text = text.replace(symbol, character)
    return text


def encoded(text):
    for symbol, character in SYMBOLS.items():
        text = text.replace(character, symbol)
    return text


class RTorrent:
    def __init__(self):
        self.process = None
        self.count = 0

    def start(self):
        self.directory = tempfile.mkdtemp(prefix="rtorrent")
        self.socket = self.directory + "/socket"
        config = self.directory + "/rc"
        with open(config, "w") as file:
            file.write(f"network.bind_address.set=127.0.0.1\nnetwork.port_range.set=34100-34999\n"
                       f"dht.mode.set=disable\nnetwork.scgi.open_local={self.socket}\n")
        self.process = subprocess.Popen(
            ["rtorrent", "-n", "-o", f"system.daemon.set=true,import={config}"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.directory,
            env={"HOME": "/home/user", "PATH": os.environ["PATH"], "TERM": "dumb", "TZ": "UTC", "LC_ALL": "C.UTF-8",
                 "SWARM_TEST": "from the environment"})
        while not os.path.exists(self.socket):
            time.sleep(0.02)
        time.sleep(0.05)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def call(self, method, *arguments):
        """One answer in the notation of the fixture files."""
        if not self.process:
            self.start()
        body = xmlrpc.client.dumps(tuple(arguments), method).encode()
        head = b"CONTENT_LENGTH\0%d\0SCGI\x001\0" % len(body)
        reply = b""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(self.socket)
                connection.sendall(b"%d:%s," % (len(head), head) + body)
                while part := connection.recv(1 << 20):
                    reply += part
        except (ConnectionError, TimeoutError):
            pass
        payload = reply.partition(b"\r\n\r\n")[2]
        if not payload:
            self.stop()
            return "crash"
        if b"<param><value><i4>0</i4></value></param>" in payload:
            return "void"
        try:
            return json.dumps(xmlrpc.client.loads(payload)[0][0])
        except xmlrpc.client.Fault as fault:
            return f"!{fault.faultCode} {fault.faultString}"

    def prepare(self):
        self.stop()
        self.start()
        for line in PRELUDE:
            self.call(*line)

    def evaluate(self, expression):
        self.count += 1
        name = f"question.{self.count}"
        self.call("method.insert", "", name, "simple", decoded(expression))
        return encoded(self.call(name))


def record_expressions(client, path):
    lines = open(path).read().splitlines()
    with open(path, "w") as answers:
        for line in lines:
            expression = line.split("\t")[0]
            if expression.startswith("##"):
                answers.write(line + "\n")
                continue
            client.prepare()
            answers.write(f"{expression}\t{client.evaluate(expression)}\n")


def record_configs(client, source, target):
    """Sections `=== name`, a file's text, then after `---` one expression a line that looks at what became of it."""
    sections = re.split(r"^=== ", open(source).read(), flags=re.M)[1:]
    with open(target, "w") as answers:
        for section in sections:
            name, _, rest = section.partition("\n")
            text, _, questions = rest.partition("---\n")
            client.prepare()
            path = "/tmp/swarm-conformance.rc"
            with open(path, "w", newline="") as file:
                file.write(decoded(text.rstrip("\n")) if "␤" in text else decoded(text))
            answers.write(f"{name}\timport\t{encoded(client.call('import', '', path))}\n")
            for question in questions.splitlines():
                if question:
                    answers.write(f"{name}\t{question}\t{client.evaluate(question)}\n")
            os.unlink(path)


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    client = RTorrent()
    try:
        record_expressions(client, "expressions.tsv")
        record_configs(client, "configs.txt", "configs.tsv")
    finally:
        client.stop()
