// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;
import java.nio.LongBuffer;

/** Energy of heat meters, costs of heating shared, and quantities in other units. */
public final class Heat {
    private Heat() {}

    /** In which pipe the volume is measured. */
    public enum Side {
        /** The pipe in which water comes. */
        FLOW(1),
        /** The pipe in which it goes back. */
        RETURN(2);

        /** Of heat.h: mbill_heat_side. */
        final int number;

        Side(int number) {
            this.number = number;
        }
    }

    /** The unit of an energy. */
    public enum Unit {
        /** Kilowatt hours. */
        KWH(1),
        /** Megajoules. */
        MJ(2);

        /** Of heat.h: mbill_heat_unit. */
        final int number;

        Unit(int number) {
            this.number = number;
        }
    }

    /**
     * Counts a heat meter's records.
     *
     * @param records a document of kind "heat_records"
     * @return a document of kind "heat_energy", with the registers after it
     * @throws MeterbillException the document, with the place; temperatures that water does not have
     */
    public static Document energy(String records) {
        byte[] text = Text.utf8(records);
        return Document.parse(Text.answer(out -> MeterbillNative.mbill_face_heat_energy(text, out)));
    }

    /**
     * Shares the costs of heating.
     *
     * @param settlement a document of kind "heat_settlement"
     * @return a document of kind "heat_settled"
     * @throws MeterbillException the document, with the place
     */
    public static Document settle(String settlement) {
        byte[] text = Text.utf8(settlement);
        return Document.parse(Text.answer(out -> MeterbillNative.mbill_face_heat_settle(text, out)));
    }

    /**
     * Volume and enthalpy of liquid water (IAPWS-IF97, region 1).
     *
     * @param celsius  temperature
     * @param pascal   pressure
     * @return an object: "volume_pico", 10^-12 m3/kg; "enthalpy_nano", 10^-9 kJ/kg
     * @throws MeterbillException {@link Status#E_RANGE}: no liquid water
     */
    public static Document water(BigDecimal celsius, long pascal) {
        long micro = Decimals.micro(celsius, "the temperature");
        NativeLoader.load();
        return Document.parse(Text.answer(out -> MeterbillNative.mbill_face_heat_water(micro, pascal, out)));
    }

    /**
     * The heat coefficient of EN 1434.
     *
     * @param flowCelsius   temperature of the flow
     * @param returnCelsius temperature of the return
     * @param pascal        pressure
     * @param side          where the volume is measured
     * @return an object: "kwh_pico" and "mj_pico", 10^-12 per m3 and K
     * @throws MeterbillException {@link Status#E_RANGE}: no liquid water, no difference
     */
    public static Document coefficient(BigDecimal flowCelsius, BigDecimal returnCelsius, long pascal, Side side) {
        long warm = Decimals.micro(flowCelsius, "the temperature");
        long cold = Decimals.micro(returnCelsius, "the temperature");
        NativeLoader.load();
        return Document.parse(Text.answer(out -> MeterbillNative.mbill_face_heat_coefficient(warm, cold, pascal, side.number, 0, out)));
    }

    /**
     * Energies of columns, without a copy: direct buffers of this machine's byte order, of the same length, in whole 10^-6.
     *
     * @param side     where the volume is measured
     * @param unit     of the energies
     * @param volumes  m3
     * @param flows    degrees Celsius
     * @param returns  degrees Celsius
     * @param energies filled
     * @throws MeterbillException {@link Status#E_MISUSE}: other buffers; {@link Status#E_RANGE}: a record, by its index
     */
    public static void energies(Side side, Unit unit, LongBuffer volumes, LongBuffer flows, LongBuffer returns, LongBuffer energies) {
        NativeLoader.load();
        MeterbillNative.mbill_face_heat_energies(side.number, unit.number, 0, 0, Columns.in(volumes, "the volumes"), Columns.in(flows, "the flows"),
            Columns.in(returns, "the returns"), Columns.out(energies, "the energies"));
    }

    /**
     * A quantity in another unit.
     *
     * @param value at most 6 places
     * @param from  its unit, such as "gas_m3"
     * @param to    the unit wanted, such as "kWh"
     * @param facts a document of kind "facts" with what gas and hot water are worth; null: none
     * @return a document of kind "conversion"
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: no such unit; {@link Status#E_NOT_KNOWN}: a fact is needed; {@link Status#E_INVALID}: units of different things
     */
    public static Document convert(BigDecimal value, String from, String to, String facts) {
        return convert(value, from, to, facts, new BigDecimal("0.000001"), Rounding.HALF_EVEN);
    }

    /**
     * A quantity in another unit, rounded.
     *
     * @param value at most 6 places
     * @param from  its unit
     * @param to    the unit wanted
     * @param facts as {@link #convert(BigDecimal, String, String, String)}
     * @param step  such as 1 or 0.01
     * @param how   the rule
     * @return a document of kind "conversion"
     * @throws MeterbillException as {@link #convert(BigDecimal, String, String, String)}
     */
    public static Document convert(BigDecimal value, String from, String to, String facts, BigDecimal step, Rounding how) {
        long micro = Decimals.micro(value, "the value");
        long rounded = Decimals.micro(step, "the step");
        byte[] unit = Text.utf8(from);
        byte[] wanted = Text.utf8(to);
        byte[] known = Text.optional(facts);
        return Document.parse(Text.answer(out -> MeterbillNative.mbill_face_convert(micro, unit, wanted, known, rounded, how.number, out)));
    }
}
