using System.Collections.Frozen;

namespace DaprMemory.Core.Search;

/// <summary>
/// Makes letters that are written in several ways one: without accents, in their plain width, ligatures apart. A stand-in for Unicode's
/// NFKD form, which the runtime does not have when it runs without ICU, for the alphabets that need it.
/// </summary>
internal static class LetterFolding
{
    // What a letter becomes, a colon, and the lower-case letters that become it: what remains of NFKD (Unicode 14) without its accents, and
    // letters that have no accent in Unicode but are typed without one (ø, ł, ß).
    const string Groups =
        """
        a:ªàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặₐⓐａ 2:²₂②２ 3:³₃③３ μ:µ 1:¹₁①１ o:ºòóôõöøōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợₒℴⓞｏøǿ ss:ß
        ae:æǣǽ c:çćĉċčḉℂℭⅽⓒｃ e:èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệₑℯℰⅇⓔｅ i:ìíîïĩīĭįİıǐȉȋḭḯỉịⁱℐℑℹⅈⅰⓘｉ d:ðďđḋḍḏḑḓⅅⅆⅾⓓｄ
        n:ñńņňǹṅṇṉṋⁿₙℕⓝｎ u:ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữựⓤｕ y:ýÿŷȳẏẙỳỵỷỹⓨｙ th:þ g:ĝğġģǧǵḡℊⓖｇ h:ĥħȟḣḥḧḩḫẖₕℋℌℍℎⓗｈ ij:ĳ
        j:ĵǰⅉⓙｊ k:ķǩḱḳḵₖⓚｋ l:ĺļľłḷḹḻḽₗℒℓⅼⓛｌ oe:œ r:ŕŗřȑȓṙṛṝṟℛℜℝⓡｒ s:śŝşšſșṡṣṥṧṩẛₛⓢｓ t:ţťŧțṫṭṯṱẗₜⓣｔ w:ŵẁẃẅẇẉẘⓦｗ
        z:źżžẑẓẕℤℨⓩｚ ι:ΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ α:άἀἁἂἃἄἅἆἇὰάᾰᾱᾶ ε:έϵἐἑἒἓἔἕὲέ η:ήἠἡἢἣἤἥἦἧὴήῆ υ:ΰϋύϒϓϔὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ σ:ςϲ
        ο:όὀὁὂὃὄὅὸό ω:ώὠὡὢὣὤὥὦὧὼώῶ β:ϐ θ:ϑ φ:ϕ π:ϖℼℿ κ:ϰ ρ:ϱῤῥ и:йѝӣӥ е:ѐёӗ г:ѓ і:ї к:ќ у:ўӯӱӳ ѵ:ѷ ж:ӂӝ а:ӑӓ ә:ӛ з:ӟ о:ӧ
        ө:ӫ э:ӭ ч:ӵ ы:ӹ b:ḃḅḇℬⓑｂ f:ḟℱⓕｆ m:ḿṁṃₘℳⅿⓜｍ p:ṕṗₚℙⓟｐ v:ṽṿⅴⓥｖ x:ẋẍₓⅹⓧｘ αι:ᾀᾁᾂᾃᾄᾅᾆᾇᾲᾳᾴᾷ ηι:ᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῇ
        ωι:ᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῷ 0:⁰₀⓪０ 4:⁴₄④４ 5:⁵₅⑤５ 6:⁶₆⑥６ 7:⁷₇⑦７ 8:⁸₈⑧８ 9:⁹₉⑨９ q:ℚⓠｑ ii:ⅱ iii:ⅲ iv:ⅳ vi:ⅵ vii:ⅶ viii:ⅷ ix:ⅸ
        xi:ⅺ xii:ⅻ 10:⑩ 11:⑪ 12:⑫ 13:⑬ 14:⑭ 15:⑮ 16:⑯ 17:⑰ 18:⑱ 19:⑲ 20:⑳ ff:ﬀ fi:ﬁ fl:ﬂ ffi:ﬃ ffl:ﬄ st:ﬅﬆ ヲ:ｦ ァ:ｧ ィ:ｨ
        ゥ:ｩ ェ:ｪ ォ:ｫ ャ:ｬ ュ:ｭ ョ:ｮ ッ:ｯ ー:ｰ ア:ｱ イ:ｲ ウ:ｳ エ:ｴ オ:ｵ カ:ｶ キ:ｷ ク:ｸ ケ:ｹ コ:ｺ サ:ｻ シ:ｼ ス:ｽ セ:ｾ ソ:ｿ タ:ﾀ チ:ﾁ ツ:ﾂ テ:ﾃ ト:ﾄ
        ナ:ﾅ ニ:ﾆ ヌ:ﾇ ネ:ﾈ ノ:ﾉ ハ:ﾊ ヒ:ﾋ フ:ﾌ ヘ:ﾍ ホ:ﾎ マ:ﾏ ミ:ﾐ ム:ﾑ メ:ﾒ モ:ﾓ ヤ:ﾔ ユ:ﾕ ヨ:ﾖ ラ:ﾗ リ:ﾘ ル:ﾙ レ:ﾚ ロ:ﾛ ワ:ﾜ ン:ﾝ
        """;

    static readonly FrozenDictionary<char, string> Plain = Read();

    /// <summary>What stands for a lower-case letter; null for the letter itself.</summary>
    public static string? Fold(char letter) => Plain.GetValueOrDefault(letter);

    /// <summary>Whether it is an accent that stands behind its letter.</summary>
    public static bool IsAccent(char letter) => letter is >= '\u0300' and <= '\u036f';

    /// <summary>The kana that a sound mark behind it makes of a kana, or none.</summary>
    public static char? Voiced(char kana, char mark) => (kana, mark) switch
    {
        ('ウ', '\u3099' or 'ﾞ') => 'ヴ',
        (>= 'か' and <= 'ほ' or >= 'カ' and <= 'ホ', '\u3099' or 'ﾞ') => (char)(kana + 1),
        (>= 'は' and <= 'ほ' or >= 'ハ' and <= 'ホ', '\u309a' or 'ﾟ') => (char)(kana + 2),
        _ => null,
    };

    static FrozenDictionary<char, string> Read()
    {
        var plain = new Dictionary<char, string>();
        foreach (var group in Groups.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = group.IndexOf(':', StringComparison.Ordinal);
            foreach (var letter in group.AsSpan(colon + 1))
                plain[letter] = group[..colon];
        }
        return plain.ToFrozenDictionary();
    }
}
