package org.nextscale.model.description;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class NamedClassesTest {
    private static final NamedClasses IMAGENET = NamedClasses.imageNet();
    private static final NamedClasses FASHION =
            NamedClasses.of(List.of("T-shirt/top", "Trouser", "Pullover", "Dress", "Bag", "Ankle boot"));

    private static String refusal(NamedClasses names, String text) {
        String message = assertThrows(InvalidInputException.class, () -> names.resolve(text))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void imageNetHasAThousandNames() {
        assertEquals(1000, IMAGENET.size());
        assertEquals("tench", IMAGENET.name(0));
        assertEquals("golden retriever", IMAGENET.name(207));
        assertEquals("toilet tissue", IMAGENET.name(999));
    }

    @Test
    void numbersAndNamesAreUnderstood() {
        assertEquals(207, IMAGENET.resolve("golden retriever"));
        assertEquals(207, IMAGENET.resolve(" Golden_Retriever "));
        assertEquals(207, IMAGENET.resolve("207"));
        assertEquals(5, FASHION.resolve("ankle boot"));
        assertEquals(5, FASHION.resolve("Ankle-Boot"));
        assertEquals(0, FASHION.resolve("t-shirt/top"));
    }

    @Test
    void anExactNameComesBeforeANumber() {
        NamedClasses numbers = NamedClasses.of(List.of("7", "0", "10"));
        assertEquals(0, numbers.resolve("7"));
        assertEquals(1, numbers.resolve(" 0 "));
        assertEquals(2, numbers.resolve("10"));
        assertEquals(1, numbers.resolve("1"), "no name, and so a number");
        NamedClasses alike = NamedClasses.of(List.of("Turkey", "turkey"));
        assertEquals(0, alike.resolve("Turkey"));
        assertEquals(1, alike.resolve("turkey"));
        assertTrue(refusal(alike, "TURKEY").contains("Turkey (0), turkey (1)"));
    }

    @Test
    void wordsOfOneNameOnlyAreEnough() {
        assertEquals(5, FASHION.resolve("boot"));
        assertTrue(refusal(IMAGENET, "retriever").contains("golden retriever (207)"));
        assertTrue(refusal(FASHION, "boo").contains("the nearest are Ankle boot (5)"));
    }

    @Test
    void ambiguousNamesListTheirNumbers() {
        assertEquals(
                "class \"crane\" could be any of crane (134), crane (517): give the number",
                refusal(IMAGENET, "crane"));
        assertTrue(refusal(IMAGENET, "Maillot").contains("maillot (638), maillot (639)"));
        assertEquals(517, IMAGENET.resolve("517"));
    }

    @Test
    void unknownNamesListTheNearest() {
        assertTrue(refusal(IMAGENET, "golden retreiver").contains("nearest are golden retriever (207)"));
        assertTrue(refusal(IMAGENET, "chiwawa").contains("Chihuahua (151)"));
        assertTrue(refusal(FASHION, "pulover").contains("nearest are Pullover (2)"));
        assertTrue(refusal(IMAGENET, "x".repeat(100_000)).length() < 400);
        assertTrue(refusal(IMAGENET, "a\nb\u001b").contains("a\\u000ab\\u001b"));
        assertTrue(refusal(IMAGENET, "  ").contains("a class is named by its number (0 to 999) or its name"));
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertEquals("there is no class 1000: this model has classes 0 to 999", refusal(IMAGENET, "1000"));
        assertTrue(refusal(FASHION, "-1").contains("there is no class -1: this model has classes 0 to 5"));
        assertTrue(refusal(FASHION, "99999999999999999999").contains("there is no class 99999999999999999999"));
    }

    @Test
    void classesWithoutNamesHaveNumbers() {
        NamedClasses unnamed = NamedClasses.of(List.of(), 10);
        assertFalse(unnamed.named());
        assertEquals("class 7", unnamed.name(7));
        assertEquals(7, unnamed.resolve("class 7"));
        assertEquals(IMAGENET, NamedClasses.of(List.of(), 1000));
    }
}
