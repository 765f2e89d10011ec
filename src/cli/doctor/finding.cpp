#include "cli/doctor/finding.hpp"

#include <kplane/error.hpp>

namespace kplane::cli {

namespace {

std::string advice_for(const Error& error) {
  const auto is = [&](auto* type) { return dynamic_cast<decltype(type)>(&error) != nullptr; };
  if (is(static_cast<const CertificateExpired*>(nullptr)))
    return "renew the server's certificate; if its dates are right, set this machine's clock";
  if (is(static_cast<const HostnameMismatch*>(nullptr)))
    return "use a host name that the certificate is for, or name one with tls-server-name in the kubeconfig";
  if (is(static_cast<const UnknownAuthority*>(nullptr)))
    return "name the CA that issued it: KPLANE_CA_FILE, --ca-file, or certificate-authority in the kubeconfig";
  if (is(static_cast<const ClientCertificateRefused*>(nullptr)))
    return "the server wants a client certificate that it trusts: client-certificate and client-key in the kubeconfig";
  if (is(static_cast<const TlsError*>(nullptr)))
    return "is there a TLS server at this address? Try http://, or another port";
  if (is(static_cast<const TimeoutError*>(nullptr)))
    return "it takes connections and answers late or never: look at the load and the log of the server, or give it "
           "more time with --deadline";
  if (is(static_cast<const TransportError*>(nullptr)))
    return "look at the server's log, and at what lies between here and there";
  if (is(static_cast<const CredentialError*>(nullptr))) return "run the exec plugin of the kubeconfig by hand";
  if (is(static_cast<const Unauthorized*>(nullptr)))
    return "the server does not know these credentials here: a new token, or the plane's own; each plane authenticates "
           "by itself";
  if (is(static_cast<const Forbidden*>(nullptr)))
    return "give this account the right, by a role and its binding in that plane";
  if (is(static_cast<const DecodeError*>(nullptr)))
    return "something else than a kplane server answers, such as a proxy or a login page: look at the address";
  if (is(static_cast<const ServerError*>(nullptr))) return "look at the server's log";
  return {};
}

}  // namespace

Finding failure_from(const Error& error) { return failure(error.what(), advice_for(error)); }

}  // namespace kplane::cli
