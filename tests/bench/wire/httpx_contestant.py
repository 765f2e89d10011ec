"""The contestant that does what the Python SDK does: httpx, and the whole state parsed into a dict."""

import python_contestant

try:
    import httpx
except ImportError as error:
    python_contestant.missing(error)


def main():
    base_url, ca_file, token = python_contestant.arguments()
    headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=base_url, headers=headers, verify=ca_file or True, trust_env=False) as client:

        def read_state(plane):
            response = client.get(python_contestant.state_path(plane))
            response.raise_for_status()
            return response.json()

        python_contestant.serve(f"httpx {httpx.__version__}", read_state)


main()
