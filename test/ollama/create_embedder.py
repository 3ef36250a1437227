"""Creates the model `all-minilm` from the files of a folder: create_embedder.py FOLDER SERVER.

`ollama create` takes 1_Pooling/config.json for the model's own configuration, so each file is named to the API.
"""

import hashlib
import json
import pathlib
import sys
import urllib.error
import urllib.request

FILES = (
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
    "modules.json",
    "1_Pooling/config.json",
)


def request(url: str, data: bytes | None = None, method: str | None = None) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, data=data, method=method)) as response:
        response.read()


def upload(server: str, data: bytes) -> str:
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    url = f"{server}/api/blobs/{digest}"
    try:
        request(url, method="HEAD")
    except urllib.error.HTTPError:
        request(url, data, "POST")
    return digest


def main(folder: str, server: str) -> None:
    files = {name: upload(server, (pathlib.Path(folder) / name).read_bytes()) for name in FILES}
    body = json.dumps({"model": "all-minilm", "files": files, "stream": False})
    request(f"{server}/api/create", body.encode())


main(sys.argv[1], sys.argv[2])
