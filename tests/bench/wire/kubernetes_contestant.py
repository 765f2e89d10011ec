"""The contestant that asks with the official Kubernetes client for Python, and takes the answer as a plain dict."""

import python_contestant

try:
    import kubernetes
except ImportError as error:
    python_contestant.missing(error)


def read(client, path):
    """The answer to a GET, as a dict. Newer versions of the client have another interface."""
    parts = {"header_params": {"Accept": "application/json"}, "auth_settings": ["BearerToken"]}
    if not hasattr(client, "response_deserialize"):
        return client.call_api(path, "GET", response_type="object", _return_http_data_only=True, **parts)
    answer = client.call_api(*client.param_serialize(method="GET", resource_path=path, **parts))
    answer.read()
    return client.response_deserialize(response_data=answer, response_types_map={"200": "object"}).data


def main():
    base_url, ca_file, token = python_contestant.arguments()
    configuration = kubernetes.client.Configuration(
        host=base_url, api_key={"authorization": token}, api_key_prefix={"authorization": "Bearer"}
    )
    configuration.ssl_ca_cert = ca_file or None
    configuration.proxy = None
    with kubernetes.client.ApiClient(configuration) as client:

        def read_state(plane):
            return read(client, python_contestant.state_path(plane))

        python_contestant.serve(f"kubernetes {kubernetes.__version__}", read_state)


main()
