package io.winnow.model;

/** The registered models, as other features see them. */
public interface Models {

    /**
     * The model of that name.
     *
     * @throws io.winnow.platform.NotFoundException when there is none
     */
    RegisteredModel require(String name);
}
