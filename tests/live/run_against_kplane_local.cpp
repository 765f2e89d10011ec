// Starts kplane-local, runs a program with the environment that it prints, and ends it as Ctrl-C would. The exit code
// is the program's. Usage: run_against_kplane_local KPLANE_LOCAL PROGRAM [--tls] [--insecure]
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Environment = std::map<std::string, std::string>;

constexpr std::chrono::seconds start_timeout{60};
constexpr int exec_failed = 127;

struct Options {
  std::string kplane_local;
  std::string program;
  bool tls = false;
  bool insecure = false;
};

[[noreturn]] void execute(const std::vector<std::string>& command) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing outlives a test that ctest kills
#endif
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  std::perror(arguments[0]);
  _exit(exec_failed);
}

/// @return the exit code; the negative signal number when it was killed
int wait_for(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid failed");
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// A child that does not outlive this object.
class Server {
 public:
  explicit Server(const std::vector<std::string>& command) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    child_ = fork();
    if (child_ < 0) throw std::runtime_error("no fork");
    if (child_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      execute(command);
    }
    close(ends[1]);
    output_ = ends[0];
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    close(output_);
    if (child_ < 0) return;
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }

  /// The next line of its output. @throws std::runtime_error when it ends or stays silent
  std::string read_line() {
    const auto deadline = std::chrono::steady_clock::now() + start_timeout;
    for (auto end = text_.find('\n'); end == std::string::npos; end = text_.find('\n')) read_some(deadline);
    const auto end = text_.find('\n');
    std::string line = text_.substr(0, end);
    text_.erase(0, end + 1);
    return line;
  }

  int terminate() {
    kill(child_, SIGTERM);
    const int code = wait_for(child_);
    child_ = -1;
    return code;
  }

 private:
  void read_some(std::chrono::steady_clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd ready{output_, POLLIN, 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) {
      throw std::runtime_error("kplane-local prints nothing");
    }
    char buffer[4096];
    const ssize_t size = read(output_, buffer, sizeof buffer);
    if (size <= 0) throw std::runtime_error("kplane-local ended");
    text_.append(buffer, static_cast<std::size_t>(size));
  }

  pid_t child_ = -1;
  int output_ = -1;
  std::string text_;
};

/// What a shell would make of one word, as far as kplane-local quotes.
std::string unquoted(std::string_view word) {
  std::string text;
  bool in_quotes = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\'') {
      in_quotes = !in_quotes;
    } else if (word[i] == '\\' && !in_quotes && i + 1 < word.size()) {
      text += word[++i];
    } else {
      text += word[i];
    }
  }
  return text;
}

Environment read_environment(Server& server, std::size_t lines) {
  Environment environment;
  constexpr std::string_view begin = "export ";
  while (environment.size() < lines) {
    const std::string line = server.read_line();
    const auto equals = line.find('=');
    if (line.rfind(begin, 0) != 0 || equals == std::string::npos)
      throw std::runtime_error("not an export line: " + line);
    environment[line.substr(begin.size(), equals - begin.size())] = unquoted(std::string_view(line).substr(equals + 1));
  }
  return environment;
}

int run(const std::string& program, const Environment& environment) {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no fork");
  if (child == 0) {
    for (const char* name : {"KPLANE_HOST", "KPLANE_TOKEN", "KPLANE_CA_FILE", "KPLANE_INSECURE"}) unsetenv(name);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    execute({program});
  }
  return wait_for(child);
}

Options parse(int count, char** arguments) {
  if (count < 3) throw std::runtime_error("usage: run_against_kplane_local KPLANE_LOCAL PROGRAM [--tls] [--insecure]");
  Options options{arguments[1], arguments[2]};
  for (int i = 3; i < count; ++i) {
    const std::string_view option = arguments[i];
    options.tls = options.tls || option == "--tls";
    options.insecure = options.insecure || option == "--insecure";
  }
  return options;
}

int run_live(const Options& options) {
  std::vector<std::string> command{options.kplane_local};
  if (options.tls) command.emplace_back("--tls");
  Server server(command);
  Environment environment = read_environment(server, options.tls ? 3 : 2);
  if (options.insecure) {
    environment.erase("KPLANE_CA_FILE");
    environment["KPLANE_INSECURE"] = "1";
  }
  const int result = run(options.program, environment);
  const int server_result = server.terminate();
  if (server_result == 0) return result;
  std::fprintf(stderr, "kplane-local ended with %d instead of 0\n", server_result);
  return EXIT_FAILURE;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const int code = run_live(parse(count, arguments));
    return code < 0 ? EXIT_FAILURE : code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return EXIT_FAILURE;
  }
}
