package io.winnow.model.torchscript;

/** A TorchScript file holds what Winnow does not accept; the message names the thing and the file inside the archive. */
public class RefusedScriptException extends RuntimeException {

    RefusedScriptException(String message) {
        super(message);
    }
}
