"""Imports a score set larger than the heap and times its subset: python huge.py http://127.0.0.1:8080 100000000"""

import http.client
import os
import sys
import tempfile
import time
from urllib.parse import urlparse

import numpy as np

url, size = urlparse(sys.argv[1]), int(sys.argv[2])
with tempfile.NamedTemporaryFile(suffix=".npy") as file:
    values = np.lib.format.open_memmap(file.name, mode="w+", dtype="<f4", shape=(size,))
    random = np.random.default_rng(0)
    for start in range(0, size, 1 << 22):
        end = min(size, start + (1 << 22))
        values[start:end] = random.random(end - start, dtype=np.float32)
    values.flush()

    head = (
        b'--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n'
        b'{"name": "huge", "method": "bench", "keeps": "HIGHEST"}\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="scores.npy"\r\n\r\n'
    )
    tail = b"\r\n--b--\r\n"
    started = time.time()
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=3600)
    connection.putrequest("POST", "/score-sets")
    connection.putheader("Content-Type", "multipart/form-data; boundary=b")
    connection.putheader("Content-Length", str(len(head) + os.path.getsize(file.name) + len(tail)))
    connection.endheaders()
    connection.send(head)
    with open(file.name, "rb") as source:
        while chunk := source.read(1 << 20):
            connection.send(chunk)
    connection.send(tail)
    answer = connection.getresponse()
    body = answer.read().decode()
    assert answer.status == 201, body
    score_set = body.split('"id":"')[1][:36]
    print(f"imported {size} scores in {time.time() - started:.1f} s")

    for attempt in range(3):
        started = time.time()
        connection.request("GET", f"/subsets?ratio=0.3&format=npy&scoreSet={score_set}")
        answer = connection.getresponse()
        got = bytearray(answer.read(256))
        first = time.time() - started
        while chunk := answer.read(1 << 20):
            got += chunk
        print(f"first bytes after {1000 * first:.0f} ms, {len(got) / 1e6:.0f} MB in {time.time() - started:.1f} s")
    kept = np.frombuffer(got[128:], dtype="<i8")
    k = int(0.3 * size + 0.5)
    threshold = np.partition(values, size - k)[size - k]
    assert len(kept) == k and np.all(np.diff(kept) > 0) and values[kept].min() >= threshold
    print(f"{k} distinct indices, none below the threshold")
