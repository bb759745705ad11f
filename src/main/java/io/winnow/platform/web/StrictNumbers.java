package io.winnow.platform.web;

import java.beans.PropertyEditorSupport;
import java.util.regex.Pattern;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;

/**
 * Reads whole numbers in paths and queries as they are written in decimal, and nothing else: by itself, Spring takes hexadecimal and
 * octal ones too, and passes over blanks. An editor, because Spring falls back to its own where a converter refuses.
 */
@ControllerAdvice
class StrictNumbers {

    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,10}");

    @InitBinder
    void read(WebDataBinder binder) {
        binder.registerCustomEditor(int.class, new WholeNumber());
        binder.registerCustomEditor(Integer.class, new WholeNumber());
    }

    private static final class WholeNumber extends PropertyEditorSupport {

        @Override
        public void setAsText(String text) {
            if (!WHOLE.matcher(text).matches()) {
                throw new NumberFormatException("not a whole number");
            }
            setValue(Integer.valueOf(text));
        }
    }
}
