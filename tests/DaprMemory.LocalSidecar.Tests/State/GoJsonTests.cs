using System.Text;
using System.Text.Json;
using DaprMemory.LocalSidecar.State;

namespace DaprMemory.LocalSidecar.Tests.State;

public sealed class GoJsonTests
{
    [Theory]
    [InlineData("5", "5")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("12345678901234567890", "12345678901234567000")]
    [InlineData("1e3", "1000")]
    [InlineData("1.0", "1")]
    [InlineData("-0", "-0")]
    [InlineData("-1.5e-3", "-0.0015")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("1.25e-7", "1.25e-7")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("-123456789012345678.5", "-123456789012345680")]
    [InlineData("1e-400", "0")]
    public void Number_becomes_the_float_that_go_writes(string json, string expected) => Encode(json).ShouldBe(expected);

    [Theory]
    [InlineData("0.12345678", "0.123457")]
    [InlineData("-1.5", "-1.5")]
    [InlineData("3.0000004", "3")]
    [InlineData("0.01", "0.01")]
    [InlineData("123456789.123456789", "123456789.12345679")]
    public void Redis_keeps_six_decimal_places_of_numbers_below_its_limit(string json, string expected) =>
        Encode(json, cutsFractions: true).ShouldBe(expected);

    [Theory]
    [InlineData("""{ "b" : 1 , "a" : [ true , null ] }""", """{"a":[true,null],"b":1}""")]
    [InlineData("""{"a":1,"b":2,"a":3}""", """{"a":3,"b":2}""")]
    [InlineData("""{"z":{"y":1,"x":2},"a":[{"d":1,"c":2}]}""", """{"a":[{"c":2,"d":1}],"z":{"x":2,"y":1}}""")]
    [InlineData("""{"k":{}}""", """{"k":{}}""")]
    public void Object_is_sorted_and_of_equal_names_the_last_stays(string json, string expected) => Encode(json).ShouldBe(expected);

    [Theory]
    [InlineData("\"plain ü 漢\"")]
    [InlineData("""
        "quote \" backslash \\ slash \/ controls \b\f\n\r\t\u0001 <a href='x'>&amp;</a>"
        """)]
    [InlineData("\"\\u00e9 \\ud83d\\ude00 \\u2028 \u2029 \u20AC \\u003c\"")]
    public void String_means_the_same_after_encoding(string json) =>
        JsonSerializer.Deserialize<string>(Encode(json)).ShouldBe(JsonSerializer.Deserialize<string>(json));

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() => Encode("\"a\\ud800b\"").ShouldBe("\"a\uFFFDb\"");

    [Fact]
    public void Markup_is_spelled_as_go_spells_it() => Encode("\"<&>\"").ShouldBe("\"\\u003c\\u0026\\u003e\"");

    static string Encode(string json, bool cutsFractions = false)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        return Encoding.UTF8.GetString(GoJson.Encode(ref reader, cutsFractions));
    }
}
