# Leaves out of the reference what only says how values are moved and copied: overloads for temporaries on one line,
# deleted functions, defaulted copies.
/= delete;/d
/) && noexcept {.*}$/d
/) && {.*}$/d
/) &&;$/d
/&) noexcept = default;$/d
/&) = default;.*$/d
/~[A-Za-z]*() = default;$/d
# A paragraph of its own for what every class says.
s#^\( *\)/// \(Thread safety and cost\|Thread safety\|Cost\|Errors\):#\1///\n\1/// **\2:**#
