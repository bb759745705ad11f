package io.winnow.security;

import jakarta.servlet.DispatcherType;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.access.hierarchicalroles.RoleHierarchyImpl;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.authentication.AuthenticationFilter;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/** The filters that a request passes before any code of a feature sees it. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    private static final Logger log = LoggerFactory.getLogger(SecurityConfiguration.class);

    /** Of the dashboard, whose pictures are fetched by its script where they need a key. */
    private static final String CONTENT_POLICY = "default-src 'self'; img-src 'self' blob:;"
            + " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /** Swagger UI styles its elements in place and draws pictures that are part of its style sheet. */
    private static final String SWAGGER_POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                    + " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /** Figures bring nothing and need nothing: opened by themselves they are a page of no origin, without scripts. */
    private static final String FIGURE_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

    /** Before anything else is made: a process that must not start should touch nothing. */
    @Bean
    static BeanFactoryPostProcessor refuseToStartUnsafely(Environment environment) {
        return beans -> Posture.of(environment);
    }

    @Bean
    static Posture posture(Environment environment) {
        Posture posture = Posture.of(environment);
        if (posture.anonymous() && !posture.loopback()) {
            log.warn("""

                    **********************************************************************************
                    *  winnow.security.allow-anonymous=true: WHOEVER REACHES THIS PORT MAY DO ALL,   *
                    *  delete included. Nothing but the network keeps strangers out.                 *
                    **********************************************************************************""");
        }
        return posture;
    }

    @Bean
    static RoleHierarchy scopes() {
        return RoleHierarchyImpl.fromHierarchy("%s > %s%n%s > %s"
                .formatted(
                        Scope.ADMIN.authority(),
                        Scope.SUBMIT.authority(),
                        Scope.SUBMIT.authority(),
                        Scope.READ.authority()));
    }

    /** Methods that no operation has are answered like all else that has no row in the table, not as malformed. */
    @Bean
    static HttpFirewall firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setUnsafeAllowAnyHttpMethod(true);
        return firewall;
    }

    @Bean
    static RequestRejectedHandler malformedRequests(Refusals refusals) {
        return (request, response, e) -> refusals.refuse(
                request, response, HttpStatus.BAD_REQUEST, "the address or a header is not well-formed");
    }

    @Bean
    SecurityFilterChain securityFilterChain(
            HttpSecurity http,
            Posture posture,
            SecuritySettings settings,
            Refusals refusals,
            ApiKeys keys,
            Environment environment,
            OAuth2ResourceServerProperties resourceServer)
            throws Exception {
        List<AuthenticationProvider> providers = new ArrayList<>();
        providers.add(new ApiKeyAuthentication(keys));
        if (Posture.takesTokens(environment)) {
            JwtAuthenticationProvider tokens = new JwtAuthenticationProvider(Tokens.decoder(resourceServer.getJwt()));
            tokens.setJwtAuthenticationConverter(Tokens.caller());
            providers.add(tokens);
        }
        RateLimit rate = new RateLimit(posture, settings.rateLimit(), refusals);
        http.sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                // There is nothing that a browser would send by itself, so nothing to forge; and no other origin is let
                // in.
                .csrf(AbstractHttpConfigurer::disable)
                .cors(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                // Answers say themselves how they may be cached.
                .headers(headers -> headers.cacheControl(HeadersConfigurer.CacheControlConfig::disable)
                        .addHeaderWriter((request, response) ->
                                response.setHeader("Content-Security-Policy", contentPolicy(Operation.pathOf(request))))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)))
                .exceptionHandling(exceptions -> exceptions
                        .authenticationEntryPoint(
                                (request, response, e) -> refusals.withoutCredentials(request, response))
                        .accessDeniedHandler((request, response, e) -> refusals.withoutScope(request, response)))
                .authorizeHttpRequests(requests -> {
                    // What is sent on or taken up again within the process was let in before.
                    requests.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD)
                            .permitAll();
                    if (settings.openMetrics()) {
                        requests.requestMatchers(HttpMethod.GET, Operation.METRICS)
                                .permitAll();
                    }
                    requests.requestMatchers(Operation::isModelUpload).hasAuthority(Scope.ADMIN.authority());
                    for (Operation operation : Operation.ALL) {
                        allow(requests, operation.method(), operation);
                        if (operation.method() == HttpMethod.GET) {
                            allow(requests, HttpMethod.HEAD, operation);
                        }
                    }
                    requests.anyRequest().hasAuthority(Scope.READ.authority());
                })
                .addFilterAfter(new AddressLimit(refusals), HeaderWriterFilter.class)
                .addFilterBefore(authentication(providers, rate, refusals), AnonymousAuthenticationFilter.class)
                .addFilterAfter(rate, AnonymousAuthenticationFilter.class)
                .addFilterAfter(new ListedOperations(refusals), AuthorizationFilter.class);
        if (posture.anonymous()) {
            http.anonymous(anonymous -> anonymous.authorities(Scope.ADMIN.authority()))
                    .addFilterAfter(new BrowserGuard(posture, settings, refusals), AddressLimit.class);
        }
        return http.build();
    }

    private static String contentPolicy(String path) {
        if (path.endsWith(".svg")) {
            return FIGURE_POLICY;
        }
        return path.startsWith("/swagger-ui/") ? SWAGGER_POLICY : CONTENT_POLICY;
    }

    private static void allow(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests,
            HttpMethod method,
            Operation operation) {
        var matched = requests.requestMatchers(method, operation.path().getPatternString());
        if (operation.scope() == null) {
            matched.permitAll();
        } else {
            matched.hasAuthority(operation.scope().authority());
        }
    }

    private static AuthenticationFilter authentication(
            List<AuthenticationProvider> providers, RateLimit rate, Refusals refusals) {
        AuthenticationFilter filter = new AuthenticationFilter(new ProviderManager(providers), new Credentials());
        filter.setSuccessHandler((request, response, caller) -> {});
        filter.setFailureHandler((request, response, e) -> {
            if (rate.admits(request, response)) {
                refusals.badCredentials(request, response, e);
            }
        });
        return filter;
    }
}
