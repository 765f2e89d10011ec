#include "local_server/admission/pod_security.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "local_server/base/json_text.hpp"
#include "local_server/schema/rules.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using NameList = std::vector<std::string>;

const json& security(const json& owner) { return member_or_null(owner, "securityContext"); }

std::string quoted(const NameList& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + quoted_text(name);
  return text;
}

std::string some(const std::string& what, const NameList& names) {
  return what + (names.size() == 1 ? " " : "s ") + quoted(names);
}

/// A pod's violations of a level, in the server's order.
class Violations {
 public:
  Violations(const json& spec, bool restricted) : spec_(spec), restricted_(restricted) {}

  std::string find() {
    check_capabilities(false);
    check_host_namespaces();
    if (!restricted_) check_host_paths();
    check_host_ports();
    check_flag(
        "privileged", [](const json& context) { return member_or_null(context, "privileged") == json(true); },
        "must not set securityContext.privileged=true");
    check_flag(
        "procMount",
        [](const json& context) {
          const std::string mount = string_member(context, "procMount");
          return !mount.empty() && mount != "Default";
        },
        "must not set securityContext.procMount to \"Unmasked\"");
    if (!restricted_) check_unconfined();
    check_sysctls();
    if (restricted_) find_restricted();
    return text_;
  }

 private:
  void find_restricted() {
    check_flag(
        "allowPrivilegeEscalation != false",
        [](const json& context) { return member_or_null(context, "allowPrivilegeEscalation") != json(false); },
        "must set securityContext.allowPrivilegeEscalation=false");
    check_capabilities(true);
    check_volume_types();
    check_run_as_non_root();
    check_run_as_root_user();
    check_seccomp();
  }

  template <typename Visit>
  void for_each_container(const Visit& visit) const {
    for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
      for (const auto& container : member_or_null(spec_, list)) visit(container);
    }
  }

  NameList containers_where(const std::function<bool(const json&)>& holds) const {
    NameList names;
    for_each_container([&](const json& container) {
      if (holds(container)) names.push_back(string_member(container, "name"));
    });
    return names;
  }

  void add(const std::string& reason, const std::string& detail) {
    text_ += (text_.empty() ? "" : ", ") + reason + " (" + detail + ")";
  }

  void check_flag(const std::string& reason, const std::function<bool(const json&)>& bad, const std::string& demand) {
    const NameList names = containers_where([&](const json& container) { return bad(security(container)); });
    if (!names.empty()) add(reason, some("container", names) + " " + demand);
  }

  void check_capabilities(bool restricted) {
    static const std::set<std::string> usual = {"AUDIT_WRITE", "CHOWN",  "DAC_OVERRIDE",     "FOWNER",  "FSETID",
                                                "KILL",        "MKNOD",  "NET_BIND_SERVICE", "SETFCAP", "SETGID",
                                                "SETPCAP",     "SETUID", "SYS_CHROOT"};
    if (!restricted && restricted_) return;
    std::set<std::string> added;
    const auto names = containers_where([&](const json& container) {
      bool found = false;
      for (const auto& one : strings_member(member_or_null(security(container), "capabilities"), "add")) {
        if (restricted ? one == "NET_BIND_SERVICE" : usual.count(one) != 0) continue;
        added.insert(one);
        found = true;
      }
      return found;
    });
    const auto keeping = containers_where([](const json& container) {
      const auto dropped = strings_member(member_or_null(security(container), "capabilities"), "drop");
      return std::find(dropped.begin(), dropped.end(), "ALL") == dropped.end();
    });
    std::string detail;
    if (restricted && !keeping.empty()) {
      detail = some("container", keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]";
    }
    if (!names.empty()) {
      detail += (detail.empty() ? "" : "; ") + some("container", names) + " must not include " +
                quoted({added.begin(), added.end()}) + " in securityContext.capabilities.add";
    }
    if (!detail.empty()) add(restricted ? "unrestricted capabilities" : "non-default capabilities", detail);
  }

  void check_host_namespaces() {
    std::string detail;
    for (const char* field : {"hostNetwork", "hostPID", "hostIPC"}) {
      if (member_or_null(spec_, field) == json(true))
        detail += (detail.empty() ? "" : ", ") + std::string(field) + "=true";
    }
    if (!detail.empty()) add("host namespaces", detail);
  }

  void check_host_paths() {
    NameList names;
    for (const auto& volume : member_or_null(spec_, "volumes")) {
      if (volume.contains("hostPath")) names.push_back(string_member(volume, "name"));
    }
    if (!names.empty()) add("hostPath volumes", some("volume", names));
  }

  void check_host_ports() {
    std::set<std::int64_t> ports;
    const NameList names = containers_where([&](const json& container) {
      bool found = false;
      for (const auto& port : member_or_null(container, "ports")) {
        const json& host = member_or_null(port, "hostPort");
        if (!host.is_number_integer() || host == json(0)) continue;
        ports.insert(host.get<std::int64_t>());
        found = true;
      }
      return found;
    });
    if (names.empty()) return;
    std::string list;
    for (const auto port : ports) list += (list.empty() ? "" : ", ") + std::to_string(port);
    add("hostPort", some("container", names) + (names.size() == 1 ? " uses" : " use") +
                        (ports.size() == 1 ? " hostPort " : " hostPorts ") + list);
  }

  static std::string seccomp_of(const json& owner) {
    return string_member(member_or_null(security(owner), "seccompProfile"), "type");
  }

  void check_unconfined() {
    const NameList names =
        containers_where([](const json& container) { return seccomp_of(container) == "Unconfined"; });
    std::string who = seccomp_of(spec_) == "Unconfined" ? "pod" : "";
    if (!names.empty()) who += (who.empty() ? "" : " and ") + some("container", names);
    if (!who.empty())
      add("seccompProfile", who + " must not set securityContext.seccompProfile.type to \"Unconfined\"");
  }

  void check_sysctls() {
    static const std::set<std::string> safe = {
        "kernel.shm_rmid_forced",           "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",     "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",      "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",          "net.ipv4.tcp_wmem"};
    std::string names;
    for (const auto& one : member_or_null(security(spec_), "sysctls")) {
      const std::string name = string_member(one, "name");
      if (safe.count(name) == 0) names += (names.empty() ? "" : ", ") + name;
    }
    if (!names.empty()) add("forbidden sysctls", names);
  }

  void check_volume_types() {
    static const std::set<std::string> allowed = {
        "name",      "configMap", "csi",   "downwardAPI", "emptyDir",
        "ephemeral", "projected", "image", "secret",      "persistentVolumeClaim"};
    NameList names;
    std::set<std::string> types;
    for (const auto& volume : member_or_null(spec_, "volumes")) {
      for (const auto& [type, source] : volume.items()) {
        if (allowed.count(type) != 0) continue;
        names.push_back(string_member(volume, "name"));
        types.insert(type);
      }
    }
    if (names.empty()) return;
    add("restricted volume types", some("volume", names) + (names.size() == 1 ? " uses" : " use") +
                                       " restricted volume type" + (types.size() == 1 ? " " : "s ") +
                                       quoted({types.begin(), types.end()}));
  }

  void check_run_as_non_root() {
    const json& of_pod = member_or_null(security(spec_), "runAsNonRoot");
    const auto of = [](const json& container) { return member_or_null(security(container), "runAsNonRoot"); };
    const NameList wrong = containers_where([&](const json& container) { return of(container) == json(false); });
    std::string who = of_pod == json(false) ? "pod" : "";
    if (!wrong.empty()) who += (who.empty() ? "" : " and ") + some("container", wrong);
    if (!who.empty()) return add("runAsNonRoot != true", who + " must not set securityContext.runAsNonRoot=false");
    if (of_pod == json(true)) return;
    const NameList silent = containers_where([&](const json& container) { return of(container).is_null(); });
    if (silent.empty()) return;
    add("runAsNonRoot != true", "pod or " + some("container", silent) + " must set securityContext.runAsNonRoot=true");
  }

  void check_run_as_root_user() {
    const auto is_root = [](const json& owner) { return member_or_null(security(owner), "runAsUser") == json(0); };
    const NameList names = containers_where(is_root);
    std::string who = is_root(spec_) ? "pod" : "";
    if (!names.empty()) who += (who.empty() ? "" : " and ") + some("container", names);
    if (!who.empty()) add("runAsUser=0", who + " must not set runAsUser=0");
  }

  void check_seccomp() {
    const auto good = [](const std::string& type) { return type == "RuntimeDefault" || type == "Localhost"; };
    const std::string of_pod = seccomp_of(spec_);
    const NameList wrong = containers_where([&](const json& container) {
      const std::string type = seccomp_of(container);
      return !type.empty() && !good(type);
    });
    std::string who = !of_pod.empty() && !good(of_pod) ? "pod" : "";
    if (!wrong.empty()) who += (who.empty() ? "" : " and ") + some("container", wrong);
    if (!who.empty()) {
      return add("seccompProfile", who + " must not set securityContext.seccompProfile.type to \"Unconfined\"");
    }
    if (good(of_pod)) return;
    const NameList silent = containers_where([&](const json& container) { return seccomp_of(container).empty(); });
    if (silent.empty()) return;
    add("seccompProfile", "pod or " + some("container", silent) +
                              R"( must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")");
  }

  const json& spec_;
  const bool restricted_;
  std::string text_;
};

}  // namespace

PodSecurityLevel pod_security_level(const json& labels, const std::string& mode) {
  const std::string prefix = "pod-security.kubernetes.io/" + mode;
  const std::string level = string_member(labels, prefix.c_str());
  if (level != "baseline" && level != "restricted") return {};
  const std::string version = string_member(labels, (prefix + "-version").c_str());
  return {level, version.empty() ? "latest" : version};
}

std::string pod_security_violations(const PodSecurityLevel& level, const json& spec) {
  if (level.level.empty()) return {};
  const std::string found = Violations(spec, level.level == "restricted").find();
  return found.empty() ? found : "PodSecurity " + quoted_text(level.level + ":" + level.version) + ": " + found;
}

}  // namespace kplane::testing::server
