package io.winnow.security;

import java.util.List;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** A caller whose credentials hold, known as {@code key:<name>} or {@code jwt:<subject>}. */
final class Caller extends AbstractAuthenticationToken {

    private final String name;

    Caller(String name, List<Scope> scopes) {
        super(scopes.stream()
                .map(scope -> new SimpleGrantedAuthority(scope.authority()))
                .toList());
        this.name = name;
        setAuthenticated(true);
    }

    @Override
    public Object getPrincipal() {
        return name;
    }

    /** None: they are not kept beyond their check. */
    @Override
    public Object getCredentials() {
        return "";
    }
}
