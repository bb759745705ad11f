package io.winnow.platform.web;

import java.io.IOException;
import java.io.Writer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * Makes problems of what Tomcat refuses before any code of the service sees it, such as headers that are too long, where it
 * would write a page of HTML.
 */
@Component
class ContainerProblems implements WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> {

    @Override
    public void customize(ConfigurableTomcatWebServerFactory factory) {
        factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                // The last one added is asked first. Under this name, Tomcat adds none of its own.
                host.getPipeline().addValve(new Valve());
                host.setErrorReportValveClass(Valve.class.getName());
            }
        });
    }

    /** What there is to say of a request that nobody has looked at. */
    static String detail(HttpStatusCode status) {
        HttpStatus known = HttpStatus.resolve(status.value());
        return switch (known == null ? HttpStatus.I_AM_A_TEAPOT : known) {
            case BAD_REQUEST ->
                "the request is not well-formed HTTP, or its line and headers are larger or more than this service reads";
            case METHOD_NOT_ALLOWED -> "no operation has this method";
            default ->
                status.is5xxServerError()
                        ? "the service failed to answer; its log says why"
                        : "the request cannot be answered";
        };
    }

    private static final class Valve extends ErrorReportValve {

        @Override
        protected void report(Request request, Response response, @Nullable Throwable throwable) {
            if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
                return;
            }
            AtomicBoolean connected = new AtomicBoolean();
            response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, connected);
            if (!connected.get()) {
                return;
            }
            HttpStatusCode status = HttpStatusCode.valueOf(response.getStatus());
            try {
                response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
                response.setCharacterEncoding("utf-8");
                Writer writer = response.getReporter();
                if (writer != null) {
                    writer.write("{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
                            .formatted(
                                    ProblemHandler.type(status),
                                    ProblemHandler.title(status),
                                    status.value(),
                                    detail(status)));
                    response.finishResponse();
                }
            } catch (IOException | IllegalStateException e) {
                // The client is gone, or was answered meanwhile.
            }
        }
    }
}
