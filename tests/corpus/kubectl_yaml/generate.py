#!/usr/bin/env python3
"""Asks kubectl how it reads the texts of cases.py, and writes its answers down.

usage: KUBECONFIG=… generate.py

`kubectl` must be in PATH. It needs a server only for discovery: nothing is changed there.
"""

import base64
import concurrent.futures
import json
import pathlib
import re
import subprocess
import tempfile

import cases

HERE = pathlib.Path(__file__).parent
MULTI_LINE, MUTATED = 2500, 1500
COMMAND = ["kubectl", "create", "--dry-run=client", "--validate=false", "-o", "json", "-f"]
COMPLAINT = re.compile(r"^(?:error: )?(?:error parsing|unable to decode|error validating) \"?(?P<file>[^\": ]+)\"?: (?P<why>.*)$")


def ask(path):
    """The objects in the file or directory, and what kubectl complains of: file name → reason."""
    done = subprocess.run(COMMAND + [path.name], cwd=path.parent, capture_output=True, encoding="utf-8", check=False)
    objects, decoder, text = [], json.JSONDecoder(), done.stdout.strip()
    while text:
        found, end = decoder.raw_decode(text)
        objects.append(found)
        text = text[end:].lstrip()
    complaints = {}
    for line in done.stderr.split("\n"):
        match = COMPLAINT.match(line)
        if match:
            complaints[pathlib.Path(match["file"]).name] = shortened(match["why"])
    return objects, complaints, done


def shortened(why):
    for noise in ("error converting YAML to JSON: ", "yaml: "):
        why = why.replace(noise, "")
    return why[:60]


def ask_behind_head(texts):
    """Answers without what HEAD says."""
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory) / "files"
        root.mkdir()
        for number, text in enumerate(texts):
            head = cases.HEAD.replace("name: a", f"name: c{number:05}")
            (root / f"c{number:05}.yaml").write_bytes((head + text).encode("utf-8", "surrogatepass"))
        objects, complaints, _ = ask(root)
    by_name = {found["metadata"]["name"]: found for found in objects}
    for number, text in enumerate(texts):
        name = f"c{number:05}"
        if name + ".yaml" in complaints:
            yield {"yaml": text, "error": complaints[name + ".yaml"]}
        elif name in by_name:
            answer = {key: value for key, value in by_name[name].items() if key not in ("apiVersion", "kind", "metadata")}
            yield {"yaml": text, "json": answer}
        else:
            raise RuntimeError(f"kubectl said nothing of {text!r}")


def ask_for_file(content):
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "file.yaml"
        path.write_bytes(content)
        objects, complaints, done = ask(path)
    case = {"file": base64.b64encode(content).decode()}
    if done.returncode == 0 or "no objects passed" in done.stderr:
        for found in objects:
            found["metadata"].pop("namespace", None)
        return {**case, "json": objects}
    return {**case, "error": complaints.get("file.yaml", shortened(done.stderr.strip().split("\n")[0]))}


def write(name, answers):
    with open(HERE / name, "w", encoding="utf-8") as out:
        for answer in answers:
            out.write(json.dumps(answer, separators=(",", ":"), sort_keys=False) + "\n")


def main():
    texts = list(cases.behind_head(MUTATED, MULTI_LINE))
    write("manifests.jsonl", ask_behind_head(texts))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        write("files.jsonl", pool.map(ask_for_file, cases.file_cases()))


if __name__ == "__main__":
    main()
