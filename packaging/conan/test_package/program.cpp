#include <kplane/kplane.hpp>

int main() { return kplane::Client("https://127.0.0.1:6443").plane("a").cluster() == "a" ? 0 : 1; }
