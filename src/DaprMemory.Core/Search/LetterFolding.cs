using System.Collections.Frozen;

namespace DaprMemory.Core.Search;

/// <summary>Makes letters with and without accents one: who asks for "cafe" finds "café".</summary>
internal static class LetterFolding
{
    // What letters become, a colon, and the lower-case letters that become it: those of Latin, Greek and Cyrillic that Unicode 14 writes with an
    // accent, and some that have none there but are typed as if they had (ø, ł, ß).
    const string Groups =
        """
        ss:ß a:àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ ae:æǣǽ c:çćĉċčḉ e:èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ i:ìíîïĩīĭįİıǐȉȋḭḯỉị d:ðďđḋḍḏḑḓ
        n:ñńņňǹṅṇṉṋ o:òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ u:ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự y:ýÿŷȳẏẙỳỵỷỹ th:þ g:ĝğġģǧǵḡ
        h:ĥħȟḣḥḧḩḫẖ j:ĵǰ k:ķǩḱḳḵ l:ĺļľłḷḹḻḽ oe:œ r:ŕŗřȑȓṙṛṝṟ s:śŝşšșṡṣṥṧṩ t:ţťŧțṫṭṯṱẗ w:ŵẁẃẅẇẉẘ z:źżžẑẓẕ ʒ:ǯ
        ι:ΐίϊἰἱἲἳἴἵἶἷὶῐῑῒῖῗ α:άἀἁἂἃἄἅἆἇὰᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ ε:έἐἑἒἓἔἕὲ η:ήἠἡἢἣἤἥἦἧὴᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ υ:ΰϋύὐὑὒὓὔὕὖὗὺῠῡῢῦῧ σ:ς
        ο:όὀὁὂὃὄὅὸ ω:ώὠὡὢὣὤὥὦὧὼᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ и:йѝӣӥ е:ѐёӗ г:ѓ і:ї к:ќ у:ўӯӱӳ ѵ:ѷ ж:ӂӝ а:ӑӓ ә:ӛ з:ӟ о:ӧ ө:ӫ э:ӭ ч:ӵ ы:ӹ
        b:ḃḅḇ f:ḟ m:ḿṁṃ p:ṕṗ v:ṽṿ x:ẋẍ ρ:ῤῥ
        """;

    static readonly FrozenDictionary<char, string> Plain = Read();

    /// <summary>What stands for a lower-case letter; null for the letter itself.</summary>
    public static string? Fold(char letter) => Plain.GetValueOrDefault(letter);

    /// <summary>Whether it is an accent that stands behind its letter.</summary>
    public static bool IsAccent(char letter) => letter is >= '\u0300' and <= '\u036f';

    static FrozenDictionary<char, string> Read()
    {
        var plain = new Dictionary<char, string>();
        foreach (var group in Groups.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = group.IndexOf(':', StringComparison.Ordinal);
            foreach (var letter in group.AsSpan(colon + 1))
                plain.Add(letter, group[..colon]);
        }
        return plain.ToFrozenDictionary();
    }
}
