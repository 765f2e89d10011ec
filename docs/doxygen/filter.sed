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
# @throws names several errors here, each with its reason; Doxygen would take the first word for the only one.
s#^\( *\)///\(.*\)@throws #\1///\2\n\1/// @par Throws\n\1/// #
