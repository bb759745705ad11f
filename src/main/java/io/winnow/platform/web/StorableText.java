package io.winnow.platform.web;

import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Collector;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Map;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.boot.jackson.JacksonComponent;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.jdk.StringDeserializer;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/**
 * Refuses parameters that are given twice, and text that PostgreSQL cannot hold, wherever a request brings it: the character NUL, and what is no UTF-8. Otherwise a
 * query or a write would fail for it far below, where nobody knows the field any more.
 */
@Configuration(proxyBeanMethods = false)
class StorableText implements WebMvcConfigurer {

    private static final String MESSAGE = "must not have the character NUL";

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new Parameters());
    }

    private static boolean isStorable(String text) {
        return text.indexOf('\0') < 0;
    }

    /** The parameters of a query. */
    private static final class Parameters implements HandlerInterceptor {

        @Override
        public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
            Collector violations = new Collector();
            parametersOf(request).forEach((name, values) -> {
                violations.require(isStorable(name), "query", MESSAGE);
                violations.require(Arrays.stream(values).allMatch(StorableText::isStorable), name, MESSAGE);
                violations.require(values.length == 1, name, "is given %d times".formatted(values.length));
            });
            violations.throwIfAny();
            return true;
        }

        private static Map<String, String[]> parametersOf(HttpServletRequest request) {
            try {
                return request.getParameterMap();
            } catch (InvalidParameterException e) {
                throw new InvalidRequestException("query", "is not percent-encoded UTF-8");
            }
        }
    }

    /** The strings of a JSON body. */
    @JacksonComponent
    static final class Strings extends StdScalarDeserializer<String> {

        Strings() {
            super(String.class);
        }

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) {
            String text = StringDeserializer.instance.deserialize(parser, context);
            return text == null || isStorable(text)
                    ? text
                    : (String) context.handleWeirdStringValue(String.class, text, MESSAGE);
        }
    }
}
